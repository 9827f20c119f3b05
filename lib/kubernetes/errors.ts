import { ApiException } from '@kubernetes/client-node';
import { failed, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import { isBusy, RETRIES, tryAgain } from '../domain/retry.ts';

interface Status {
  reason?: string;
  message?: string;
  details?: { causes?: { reason?: string; message?: string; field?: string }[] };
}

/** The API server sent no complete response. It may or may not have received the request. */
export class NoAnswerError extends Error {}

/** The token for the API server is not available. */
class NoTokenError extends Error {}

/** The API server does not serve a newly defined kind yet. */
export class NotEstablishedError extends Error {
  constructor(definition: string) {
    super(`${definition} is not established yet`);
  }
}

/** Returns the response; throws a NoAnswerError for every network error. */
export const orNoAnswer = <T>(request: Promise<T>): Promise<T> =>
  request.catch((cause: unknown) => {
    throw new NoAnswerError('The API server did not answer.', { cause });
  });

export const orNoToken = <T>(token: Promise<T>): Promise<T> =>
  token.catch((cause: unknown) => {
    throw new NoTokenError('There is no token for the API server.', { cause });
  });

/** The message of the innermost cause: the outer errors of fetch and the client are generic. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reasonOf(error.cause);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}

/** The HTTP status of the API server's response, if there is one. */
export const statusCodeOf = (error: unknown): number | undefined =>
  error instanceof ApiException ? error.code : undefined;

export const isNotFound = (error: unknown): boolean => statusCodeOf(error) === 404;
export const isConflict = (error: unknown): boolean => statusCodeOf(error) === 409;

/**
 * Whether the server does not know the kind of an object. The client reads the kinds of an API first, and
 * throws a plain Error with this text for a missing one (`specUriPath` in its object.js). It has no error
 * type for it.
 */
export const isUnknownKind = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Unrecognized API version and kind');

/**
 * Converts an error of the API server to an outcome. Temporary errors are pending, and refusals are failed.
 * Any other error is a bug and is thrown again.
 */
export function outcomeOf(error: unknown, title: string): Outcome<never> {
  const retries = RETRIES.kubernetes;
  if (error instanceof NoAnswerError)
    return tryAgain(`${title}: the cluster does not answer (${reasonOf(error)})`, retries.noAnswer);
  if (error instanceof NoTokenError)
    return tryAgain(
      `${title}: no token for the cluster is available yet`,
      retries.noToken,
      problem('AZURE_SIGN_IN_FAILED', `${title}: the control plane cannot sign in to Azure.`, {
        cause: reasonOf(error),
      }),
    );
  if (error instanceof NotEstablishedError)
    return tryAgain(`${title}: ${error.message}`, retries.notEstablished);
  if (isUnknownKind(error))
    return tryAgain(`${title}: the cluster does not know the kind yet`, retries.kindUnknown);
  if (!(error instanceof ApiException)) throw error;
  return outcomeOfAnswer(error, title);
}

function outcomeOfAnswer(error: ApiException<unknown>, title: string): Outcome<never> {
  const retries = RETRIES.kubernetes;
  const { code } = error;
  const { message: cause = `HTTP ${code}`, details } = statusOf(error);
  if (code === 401 || code === 403)
    return tryAgain(
      `${title}: the cluster denies access (${cause})`,
      retries.forbidden,
      problem('CLUSTER_FORBIDDEN', `${title}: the cluster denies access to the control plane.`, { cause }),
    );
  if (isBusy(code)) return tryAgain(`${title}: the cluster is busy (${cause})`, retries.busy);
  const conflicts = details?.causes?.filter(({ reason }) => reason === 'FieldManagerConflict') ?? [];
  if (conflicts.length > 0) {
    const fields = conflicts.map(({ field = '', message = '' }) => `${field} (${message})`).join('; ');
    return failed(
      problem('FIELD_CONFLICT', `${title}: another manager owns fields that Matcha sets.`, { cause: fields }),
    );
  }
  if (code === 404) return tryAgain(`${title}: it does not exist yet (${cause})`, retries.notFound);
  if (code === 409) return tryAgain(`${title}: it was changed at the same time`, retries.conflict);
  return failed(problem('MANIFEST_REFUSED', `${title}: the cluster refused it.`, { cause }));
}

/** The client returns the body as text. */
function statusOf({ body }: ApiException<unknown>): Status {
  try {
    return (typeof body === 'string' ? JSON.parse(body) : body) as Status;
  } catch {
    return {};
  }
}

import { ApiException } from '@kubernetes/client-node';
import { failed, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import { isBusy, RETRIES, tryAgain } from '../domain/retry.ts';

interface Status {
  reason?: string;
  message?: string;
  details?: { causes?: { reason?: string; message?: string; field?: string }[] };
}

/** The API server gave no answer, or not all of it: the request may or may not have arrived. */
class NoAnswerError extends Error {}

/** There is no token for the API server. */
class NoTokenError extends Error {}

/** What a request answers; whatever goes wrong on the network is thrown as a NoAnswerError. */
export const orNoAnswer = <T>(request: Promise<T>): Promise<T> =>
  request.catch((cause: unknown) => {
    throw new NoAnswerError('The API server did not answer.', { cause });
  });

export const orNoToken = <T>(token: Promise<T>): Promise<T> =>
  token.catch((cause: unknown) => {
    throw new NoTokenError('There is no token for the API server.', { cause });
  });

/** The innermost cause: fetch says no more than that it failed, and the client changes the messages of errors. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reasonOf(error.cause);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}

/** The HTTP status that the API server answered with, if it answered. */
export const statusCodeOf = (error: unknown): number | undefined =>
  error instanceof ApiException ? error.code : undefined;

export const isNotFound = (error: unknown): boolean => statusCodeOf(error) === 404;
export const isConflict = (error: unknown): boolean => statusCodeOf(error) === 409;

/**
 * Whether the server does not know the kind of an object. The client asks for the kinds of an API first, and throws a
 * plain Error with this text for a missing one (`specUriPath` in its object.js); it has no type for it.
 */
export const isUnknownKind = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Unrecognized API version and kind');

/**
 * What an error of the API server means for the step that met it. Whatever may pass by itself is pending;
 * what the server refuses is failed. Anything else is a bug and is thrown on.
 */
export function outcomeOf(error: unknown, title: string): Outcome<never> {
  const retries = RETRIES.kubernetes;
  if (error instanceof NoAnswerError)
    return tryAgain(`${title}: the cluster does not answer (${reasonOf(error)})`, retries.noAnswer);
  if (error instanceof NoTokenError)
    return tryAgain(
      `${title}: there is no token for the cluster yet`,
      retries.noToken,
      problem('AZURE_SIGN_IN_FAILED', `${title}: the control plane cannot sign in to Azure.`, {
        cause: reasonOf(error),
      }),
    );
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
      `${title}: the cluster does not let us in yet (${cause})`,
      retries.forbidden,
      problem('CLUSTER_FORBIDDEN', `${title}: the cluster does not let us in.`, { cause }),
    );
  if (isBusy(code)) return tryAgain(`${title}: the cluster is busy (${cause})`, retries.busy);
  const conflicts = details?.causes?.filter(({ reason }) => reason === 'FieldManagerConflict') ?? [];
  if (conflicts.length > 0) {
    const fields = conflicts.map(({ field = '', message = '' }) => `${field} (${message})`).join('; ');
    return failed(
      problem('FIELD_CONFLICT', `${title}: another manager owns what Matcha sets.`, { cause: fields }),
    );
  }
  if (code === 404) return tryAgain(`${title}: not there yet (${cause})`, retries.notFound);
  if (code === 409) return tryAgain(`${title}: changed meanwhile`, retries.conflict);
  return failed(problem('MANIFEST_REFUSED', `${title}: the cluster refused it.`, { cause }));
}

/** The client hands the body over as text. */
function statusOf({ body }: ApiException<unknown>): Status {
  try {
    return (typeof body === 'string' ? JSON.parse(body) : body) as Status;
  } catch {
    return {};
  }
}

import { ApiException } from '@kubernetes/client-node';
import { failed, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import { manual, repeatOperation } from '../domain/remedies.ts';
import { isBusy, RETRIES, tryAgain } from '../domain/retry.ts';
import { scrub } from '../domain/scrub.ts';

interface Status {
  reason?: string;
  message?: string;
  details?: { causes?: { reason?: string; message?: string; field?: string }[] };
}

/** The API server sent no complete response. It may or may not have received the request. */
export class NoAnswerError extends Error {}

/** The token for the API server is not available. */
class NoTokenError extends Error {}

/** An object that is waited for is absent: somebody deleted it after it was applied. */
export class AbsentError extends Error {}

/** The API server does not know the kind of an object. */
export class UnknownKindError extends Error {
  constructor({ apiVersion, kind }: { apiVersion: string; kind: string }) {
    super(`${kind} of ${apiVersion}`);
  }
}

/** The API server does not serve a newly defined kind yet. */
export class NotEstablishedError extends Error {
  constructor(definition: string) {
    super(`${definition} is not established yet`);
  }
}

/** Returns the text of a successful response; throws a NoAnswerError unless it is an object of Kubernetes. */
export function expectObject(text: string): string {
  if (isObject(text)) return text;
  throw new NoAnswerError('The answer is not an object of Kubernetes.');
}

function isObject(text: string): boolean {
  try {
    const { kind } = JSON.parse(text) as { kind?: unknown };
    return typeof kind === 'string';
  } catch {
    return false;
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

/** An error of the API server without these values: an admission webhook may quote the object that it refuses. */
export const withoutValues = (error: unknown, values: readonly string[]): unknown =>
  error instanceof ApiException
    ? new ApiException(error.code, '', scrub(String(error.body), values), error.headers)
    : error;

/** The HTTP status of the API server's response, if there is one. */
export const statusCodeOf = (error: unknown): number | undefined =>
  error instanceof ApiException ? error.code : undefined;

export const isNotFound = (error: unknown): boolean => statusCodeOf(error) === 404;
export const isConflict = (error: unknown): boolean => statusCodeOf(error) === 409;

/**
 * Whether the server does not know the kind of an object. The client reads the kinds of an API first, and
 * throws a plain Error with this text for a missing one (`specUriPath` in its object.js). It has no error
 * type for it. An API group that is missing altogether is a 404 without an object of Kubernetes: the text
 * `404 page not found`.
 */
export const isUnknownKind = (error: unknown): boolean =>
  error instanceof UnknownKindError ||
  (error instanceof Error && error.message.startsWith('Unrecognized API version and kind')) ||
  (error instanceof ApiException && error.code === 404 && !isObject(String(error.body)));

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
  if (error instanceof AbsentError) return tryAgain(`${title}: ${error.message}`, retries.notFound);
  if (error instanceof UnknownKindError)
    return tryAgain(`${title}: the cluster does not know the kind ${error.message} yet`, retries.kindUnknown);
  if (isUnknownKind(error))
    return tryAgain(`${title}: the cluster does not know the kind yet`, retries.kindUnknown);
  if (!(error instanceof ApiException)) throw error;
  return outcomeOfAnswer(error, title);
}

function outcomeOfAnswer(error: ApiException<unknown>, title: string): Outcome<never> {
  const retries = RETRIES.kubernetes;
  const { code } = error;
  const { message: cause = `HTTP ${code}`, details } = statusOf(error);
  const causes = details?.causes ?? [];
  if (causes.some(({ reason }) => reason === 'NamespaceTerminating'))
    return tryAgain(`${title}: its namespace is being deleted (${cause})`, retries.notFound);
  if (code === 401 || code === 403) return outcomeOfDenial(code, title, cause);
  const refused = failed(problem('MANIFEST_REFUSED', `${title}: the cluster refused it.`, { cause }));
  if (SCHEMA_ERROR.test(cause)) return refused;
  // A proxy in front of the API server answers this.
  if (code === 502 || code === 504)
    return {
      ...tryAgain(`${title}: the cluster does not answer (${cause})`, retries.noAnswer),
      problem: problem('CLUSTER_UNREACHABLE', `${title}: the cluster does not answer.`, { cause }),
    };
  if (isBusy(code))
    return {
      ...tryAgain(`${title}: the cluster is busy (${cause})`, retries.busy),
      problem: problem('CLUSTER_BUSY', `${title}: the cluster is busy.`, { cause }),
    };
  const conflicts = causes.filter(({ reason }) => reason === 'FieldManagerConflict');
  if (conflicts.length > 0) {
    const fields = conflicts.map(({ field = '', message = '' }) => `${field} (${message})`).join('; ');
    return failed(
      problem('FIELD_CONFLICT', `${title}: another manager owns fields that Matcha sets.`, { cause: fields }),
    );
  }
  if (code === 404) return tryAgain(`${title}: it does not exist yet (${cause})`, retries.notFound);
  if (code === 409) return tryAgain(`${title}: it was changed at the same time`, retries.conflict);
  return refused;
}

/** An object that does not match the schema of its kind is an HTTP 500 of server-side apply. */
const SCHEMA_ERROR = /failed to create typed patch object|failed to convert new object/;

/** How the authorizer of AKS ends its refusals (learn.microsoft.com/azure/aks/manage-azure-rbac). */
const BY_AZURE = /\bin Azure\b/;

/** How Kubernetes' own roles refuse: `pods is forbidden: User "x" cannot list resource "pods" ...`. */
const BY_ROLE = /forbidden: User "/;

/**
 * A role in Azure takes minutes to reach a cluster, and so does the sign-in with it. Kubernetes' own roles and
 * the admission of an object (quota, policy, webhook) take seconds, which a starting API server needs too.
 */
function outcomeOfDenial(code: number, title: string, cause: string): Outcome<never> {
  const { forbidden, refused } = RETRIES.kubernetes;
  if (code === 403 && !BY_AZURE.test(cause) && !BY_ROLE.test(cause))
    return tryAgain(
      `${title}: the cluster refused it (${cause})`,
      refused,
      problem('MANIFEST_REFUSED', `${title}: the cluster refused it.`, { cause, remedies: ADMIT }),
    );
  const isAzure = code === 401 || BY_AZURE.test(cause);
  return tryAgain(
    `${title}: the cluster denies access (${cause})`,
    isAzure ? forbidden : refused,
    problem('CLUSTER_FORBIDDEN', `${title}: the cluster denies access to the control plane.`, {
      cause,
      ...(!isAzure && { remedies: GRANT }),
    }),
  );
}

const ADMIT = [manual('Change the quota, policy or webhook that refuses it.'), repeatOperation()];

const GRANT = [
  manual('Bind the user that the cause names to the ClusterRole cluster-admin, or use other credentials.'),
  repeatOperation(),
];

/** The client returns the body as text. */
function statusOf({ body }: ApiException<unknown>): Status {
  try {
    return (typeof body === 'string' ? JSON.parse(body) : body) as Status;
  } catch {
    return {};
  }
}

import { ApiException } from '@kubernetes/client-node';
import { failed, pending, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';

interface Status {
  reason?: string;
  message?: string;
  details?: { causes?: { reason?: string; message?: string; field?: string }[] };
}

/** The HTTP status that the API server answered with, if it answered. */
export const statusCodeOf = (error: unknown): number | undefined =>
  error instanceof ApiException ? error.code : undefined;

export const isNotFound = (error: unknown): boolean => statusCodeOf(error) === 404;
/** The client asks the server for its kinds first, and throws a plain error for one that is not there. */
export const isUnknownKind = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Unrecognized API version and kind');

export const isConflict = (error: unknown): boolean => statusCodeOf(error) === 409;

/** A kind that was just defined takes a moment until the API server serves it. */
export class NotEstablished extends Error {
  constructor(definition: string) {
    super(`${definition} is not established yet`);
    this.name = 'NotEstablished';
  }
}

/** How long a role may take to reach a cluster, in seconds; Azure says five minutes. */
const PATIENCE = 10 * 60;

/**
 * What an error of the API server means for the step that met it. Whatever may pass by itself is pending;
 * what the server refuses is failed. Anything else is a bug and is thrown on.
 */
export function outcomeOf(error: unknown, what: string): Outcome<never> {
  if (error instanceof NotEstablished) return pending(`${what}: ${error.message}`, 2);
  if (!(error instanceof ApiException)) {
    if (isNetworkError(error)) return pending(`${what}: the cluster does not answer`, 10);
    // Kinds that an add-on of AKS brings come minutes after it was switched on.
    if (isUnknownKind(error)) return pending(`${what}: the cluster does not know the kind yet`, 10);
    throw error;
  }
  const status = statusOf(error);
  const cause = status.message ?? `HTTP ${error.code}`;
  if (error.code === 401 || error.code === 403) {
    // A role reaches the cluster minutes after Azure has accepted it; a terminating namespace is also a 403.
    return {
      ...pending(`${what}: the cluster does not let us in yet (${cause})`, 10),
      patience: {
        seconds: PATIENCE,
        problem: problem('CLUSTER_FORBIDDEN', `${what}: the cluster does not let us in.`, { cause }),
      },
    };
  }
  if (error.code === 429 || error.code >= 500) return pending(`${what}: the cluster is busy (${cause})`, 10);
  const conflict = status.details?.causes?.filter(({ reason }) => reason === 'FieldManagerConflict') ?? [];
  if (conflict.length > 0) {
    const fields = conflict.map(({ field, message }) => `${field ?? ''} (${message ?? ''})`).join('; ');
    return failed(
      problem('FIELD_CONFLICT', `${what}: another manager owns what Matcha sets.`, { cause: fields }),
    );
  }
  if (error.code === 404) return pending(`${what}: not there yet (${cause})`, 5);
  if (error.code === 409) return pending(`${what}: changed meanwhile`, 2);
  return failed(problem('MANIFEST_REFUSED', `${what}: the cluster refused it.`, { cause }));
}

/** The client hands the body over as text. */
function statusOf({ body }: ApiException<unknown>): Status {
  try {
    return (typeof body === 'string' ? JSON.parse(body) : body) as Status;
  } catch {
    return {};
  }
}

const isNetworkError = (error: unknown): boolean =>
  error instanceof Error &&
  (error.message === 'fetch failed' ||
    error.message.startsWith('Cannot set property message') ||
    ['AbortError', 'TimeoutError', 'ConnectTimeoutError', 'SocketError'].includes(error.name) ||
    /ECONN|UND_ERR|other side closed|socket hang up/.test(`${error.message} ${String(error.cause)}`));

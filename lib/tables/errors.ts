import { RestError } from '@azure/data-tables';
import { ProblemError } from '../domain/problem.ts';
import { isBusy } from '../domain/retry.ts';

/** The HTTP status of the table service's response; undefined without a response. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof RestError ? error.statusCode : undefined;

export const isTableMissing = (error: unknown): boolean =>
  error instanceof RestError && codeIn(error) === 'TableNotFound';

export const isRowMissing = (error: unknown): boolean => statusOf(error) === 404 && !isTableMissing(error);

/** The client has the code of the service only in the parsed body. */
const codeIn = ({ details }: RestError): string | undefined =>
  (details as { odataError?: { code?: string } } | undefined)?.odataError?.code;

/** Returns the response. Throws a retryable ProblemError when the table service is unreachable or busy. */
export async function orUnavailable<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    const status = statusOf(error);
    throw new ProblemError('TABLES_UNAVAILABLE', 'The records of Matcha cannot be reached.', {
      cause: status === undefined ? 'Table Storage does not answer.' : `Table Storage answers ${status}.`,
    });
  }
}

/** Network errors have no status. A request that times out is aborted, which is an AbortError. */
function isUnavailable(error: unknown): boolean {
  if (error instanceof Error && error.name === 'AbortError') return true;
  if (!(error instanceof RestError)) return false;
  return error.statusCode === undefined || isBusy(error.statusCode);
}

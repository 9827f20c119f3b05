import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { PROBLEM_MEDIA_TYPE, toProblemDetails } from '../../lib/api/problem.ts';
import { problem, ProblemError, PROBLEMS, type Problem } from '../../lib/domain/problem.ts';
import { errorText, logTo } from '../../lib/telemetry/log.ts';

export type Answer = Omit<HttpResponseInit, 'headers'> & { headers?: Record<string, string> };

/** The response for a problem (RFC 9457). */
export const problemResponse = (found: Problem): Answer => ({
  status: PROBLEMS[found.code].status,
  headers: { 'content-type': PROBLEM_MEDIA_TYPE },
  body: JSON.stringify(toProblemDetails(found)),
});

/** The problem of an error; an unexpected one is logged. */
export const problemOf = (error: unknown, context: InvocationContext): Problem =>
  error instanceof ProblemError ? error.problem : unexpected(error, context);

/** The response contains the id of the log entry, but not the error, which may contain anything. */
function unexpected(error: unknown, context: InvocationContext): Problem {
  logTo(context)('error', { event: 'request.failed', message: errorText(error) });
  return problem('UNEXPECTED', 'Something went wrong inside Matcha.', {
    cause: `See the log entry ${context.invocationId}.`,
  });
}

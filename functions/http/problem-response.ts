import { PROBLEM_MEDIA_TYPE, toProblemDetails } from '../../lib/api/problem.ts';
import { PROBLEMS, type Problem } from '../../lib/domain/problem.ts';

/** A problem as a response (RFC 9457). */
export const problemResponse = (found: Problem) => ({
  status: PROBLEMS[found.code].status,
  headers: { 'content-type': PROBLEM_MEDIA_TYPE },
  body: JSON.stringify(toProblemDetails(found)),
});

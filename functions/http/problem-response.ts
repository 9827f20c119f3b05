import { PROBLEM_MEDIA_TYPE, toProblemDetails } from '../../lib/api/problem.ts';
import { PROBLEMS, type Problem } from '../../lib/domain/problem.ts';

/** A problem as a response (RFC 9457). */
export const problemResponse = (found: Problem) => ({
  status: PROBLEMS[found.code].status,
  headers: {
    'content-type': PROBLEM_MEDIA_TYPE,
    ...(PROBLEMS[found.code].status === 401 && { 'www-authenticate': challengeFor(found) }),
  },
  body: JSON.stringify(toProblemDetails(found)),
});

/** RFC 6750, 3: without credentials the answer says only how to sign in. */
const challengeFor = ({ code }: Problem): string =>
  code === 'TOKEN_REFUSED' ? 'Bearer error="invalid_token"' : 'Bearer';

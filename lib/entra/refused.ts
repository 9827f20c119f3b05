import { ProblemError } from '../domain/problem.ts';

/** The error for a token that is not accepted. `reason` is a sentence; it never quotes the token. */
export const refused = (reason: string): ProblemError =>
  new ProblemError('TOKEN_REFUSED', 'The token is not accepted.', { cause: reason });

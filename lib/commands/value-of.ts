import type { Outcome } from '../domain/outcome.ts';
import { problem, ProblemError, type Problem, type ProblemCode } from '../domain/problem.ts';

/**
 * Returns the value of an outcome. Throws a ProblemError when it failed, or with the code `unavailable` when
 * it is pending.
 */
export function valueOf<T>(outcome: Outcome<T>, unavailable: ProblemCode): T {
  if (outcome.state === 'ready') return outcome.value;
  const { code, message, ...details } = problemIn(outcome, unavailable);
  throw new ProblemError(code, message, details);
}

const problemIn = (outcome: Exclude<Outcome, { state: 'ready' }>, unavailable: ProblemCode): Problem =>
  outcome.state === 'failed'
    ? outcome.problem
    : (outcome.problem ?? outcome.grace?.problem ?? problem(unavailable, outcome.detail));

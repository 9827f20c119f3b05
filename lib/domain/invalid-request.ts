import type { z } from 'zod';
import { ProblemError } from './problem.ts';
import { shorten } from './quote.ts';

/** How many findings a problem lists. */
const MOST = 10;

/** Converts a validation error to a problem that names each field. Its size does not depend on the request. */
export function invalidRequest({ issues }: z.ZodError): ProblemError {
  const findings = issues.slice(0, MOST).map(findingOf);
  if (issues.length > MOST) findings.push(`and ${issues.length - MOST} more`);
  return new ProblemError('INVALID_REQUEST', 'The request is not valid.', { cause: findings.join('; ') });
}

/** The path may hold names that the caller chose, and the message may repeat them. */
function findingOf({ path, message }: z.core.$ZodIssue): string {
  const field = path.map((name) => shorten(String(name), 60)).join('.');
  return `${field === '' ? '' : `${field}: `}${shorten(message, 200)}`;
}

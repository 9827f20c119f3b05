import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/json.ts';
import { ProblemError } from '../domain/problem.ts';
import type { StackRecord, Stored } from '../tables/index.ts';

/**
 * The strong ETag of a stack. It changes with its spec, its phase and each operation that may change it. The progress of
 * an operation, prices and verifications do not change it: who read the stack before one may still act.
 */
export function entityTagOf({ value }: Pick<Stored<StackRecord>, 'value'>): string {
  const { spec, generation, observedGeneration, phase, createdAt, lastOperation, kept = [] } = value;
  const isIdle = value.verifying === true || value.activeOperation === undefined;
  const holder = isIdle ? undefined : [value.activeOperation, value.ending?.since];
  const content = [spec, generation, observedGeneration, phase, createdAt, lastOperation, kept, holder];
  return `"${createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 16)}"`;
}

/**
 * Throws PRECONDITION_FAILED when the stack has none of the ETags of an If-Match header (RFC 9110, 13.1.1). `*`
 * matches every existing stack. The comparison is strong: a weak ETag never matches.
 */
export function refuseIfChanged(
  name: string,
  found: Stored<StackRecord> | undefined,
  ifMatch: string | undefined,
): void {
  if (ifMatch === undefined) return;
  if (found === undefined)
    throw new ProblemError('PRECONDITION_FAILED', `There is no stack ${name}.`, {
      cause: 'If-Match only holds for a stack that exists.',
    });
  const current = entityTagOf(found);
  if (ifMatch === '*' || ifMatch.split(',').some((tag) => tag.trim() === current)) return;
  throw new ProblemError('PRECONDITION_FAILED', `${name} has changed since it was read.`, {
    cause: `Its ETag is ${current}, which If-Match does not name.`,
  });
}

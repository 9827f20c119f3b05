import { learn } from '../domain/expected.ts';
import { done, pending, type Outcome } from '../domain/outcome.ts';
import { endedResults } from '../domain/results.ts';
import { RETRIES } from '../domain/retry.ts';
import type { OperationResult, StepResult } from '../domain/run.ts';
import { componentCondition, stackStateOf, withReadiness } from '../domain/status.ts';
import { errorText, type Log } from '../telemetry/log.ts';
import { actorOf, MATCHA } from '../domain/principal.ts';
import type { Services } from '../services.ts';
import type { OperationRecord } from '../tables/index.ts';
import {
  conclusionOf,
  conditionsOf,
  EVENT_AFTER,
  eventMessage,
  removedBy,
  versionsAfter,
  type Conclusion,
} from './conclusion.ts';
import { concludeDisplaced } from './displaced.ts';
import { recordUnfinished } from './unfinished.ts';
import { verificationAfter, verifiedConditions } from './verification.ts';

/** Ends an operation; pending while the records are unreachable, so that finished work is not reported as lost. */
export async function concludeOperation(
  services: Services,
  result: OperationResult,
  log: Log,
): Promise<Outcome> {
  try {
    return await conclude(services, result, log);
  } catch (error) {
    const message = errorText(error);
    log('error', { event: 'operation.retried', stack: result.stack, operation: result.id, message });
    return pending(message, RETRIES.tables.after);
  }
}

/**
 * Ends an operation: in one transaction, stores its result, releases the stack and adds an event. Does
 * nothing when the operation does not hold the stack.
 */
async function conclude(
  services: Services,
  { id, stack: name, results: given }: OperationResult,
  log: Log,
): Promise<Outcome> {
  const { store, now } = services;
  const [stored, operation] = await Promise.all([store.getStack(name), store.getOperation(name, id)]);
  if (stored === undefined || operation === undefined) return done;
  if (stored.value.displaced?.operation === id) return concludeDisplaced(services, stored, operation, log);
  if (stored.value.activeOperation !== id) return done;
  const {
    activeOperation: _,
    verifying: _v,
    verifyDue: _d,
    ending,
    problem: before,
    ...stack
  } = stored.value;
  const results =
    given ?? (ending && endedResults(operation.plan.steps, await store.listSteps(name, id), ending.problem));
  if (results === undefined) return done;
  const records = await recordUnfinished(services, name, id, results);

  const at = new Date(now()).toISOString();
  const receipt = await store.getReceipt(name, id);
  const removed = new Set(removedBy(operation.plan, results));
  // An operation that was ended says nothing about the components that it did not reach.
  const reached = ending ? results.filter(({ state }) => state === 'done') : results;
  const ofComponents = conditionsOf(stack, operation.plan, reached, at).filter(
    ({ type }) => ![...removed].some((component) => type === componentCondition(component)),
  );
  const found = verifiedConditions(ofComponents, operation.plan, { results: reached, records, at, ending });
  const conclusion = conclusionOf(operation.plan, results, found, { ...stack, ...(ending && { ending }) });
  const { verifyDue, conditions } = verificationAfter(services, stack, operation.plan, found, conclusion, at);
  const problem = conclusion.problem && { problem: { ...conclusion.problem, operationId: id } };
  // A verification that was ended says nothing about the stack.
  const isHarmless = operation.kind === 'verify' && ending !== undefined;
  const { ending: _ending, ...record } = operation;
  const committed = await store.commit({
    stack: {
      ...stack,
      ...(conclusion.phase === 'Degraded' && before && { problem: before }),
      ...(!isHarmless && problem),
      ...(verifyDue && { verifyDue }),
      phase: conclusion.phase,
      observedGeneration: conclusion.phase === 'Failed' ? stack.observedGeneration : stack.generation,
      conditions: withReadiness(conditions, { ...conclusion, at }),
      ...(receipt && conclusion.phase === 'Destroyed' && { kept: receipt.kept }),
      installed: conclusion.phase === 'Destroyed' ? [] : stack.installed.filter((name) => !removed.has(name)),
      versions:
        conclusion.phase === 'Destroyed' ? {} : versionsAfter(stack.versions, operation.plan, results),
      ...(operation.kind !== 'verify' && { lastOperation: id }),
      updatedAt: at,
    },
    etag: stored.etag,
    operation: {
      ...record,
      ...problem,
      ...(receipt && { receipt }),
      state: conclusion.state,
      finishedAt: at,
    },
    event: {
      at,
      kind: EVENT_AFTER[conclusion.state],
      ...(conclusion.state === 'Canceled' && ending ? ending.by : actorOf(MATCHA)),
      message: eventMessage(operation.kind, conclusion),
      operation: id,
      before: stackStateOf(stored.value),
      after: stackStateOf({ ...stack, phase: conclusion.phase }),
    },
  });
  // Another writer changed the stack: a later call reads it again.
  if (!committed) return pending(`${name} was changed at the same time`, 2);
  logEnd(log, operation, results, { ...conclusion, at });
  await rememberDurations(services, operation);
  return done;
}

/** Logs the end of an operation, and the steps that never started. */
function logEnd(
  log: Log,
  { id: operation, stack, kind, startedAt }: OperationRecord,
  results: StepResult[],
  { state, problem, at }: Conclusion & { at: string },
): void {
  for (const { id: step } of results.filter((result) => result.state === 'blocked'))
    log('warn', { event: 'step.blocked', stack, operation, step });
  log(state === 'Succeeded' ? 'info' : 'warn', {
    event: 'operation.ended',
    stack,
    operation,
    kind,
    state,
    durationMs: Date.parse(at) - Date.parse(startedAt),
    ...(problem && { problem: problem.code }),
  });
}

/**
 * Stores the measured durations for later plans. A failure here must not fail an operation that has ended.
 */
async function rememberDurations({ store }: Services, { stack, id, plan }: OperationRecord): Promise<void> {
  try {
    const [records, before] = await Promise.all([store.listSteps(stack, id), store.getDurations()]);
    await store.putDurations(learn(plan.steps, records, before));
  } catch {
    // The next operation measures again.
  }
}

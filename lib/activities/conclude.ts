import { learn } from '../domain/expected.ts';
import { done, pending, type Outcome } from '../domain/outcome.ts';
import type { OperationKind, Plan, Step, StepOf } from '../domain/plan.ts';
import type { Problem } from '../domain/problem.ts';
import { RETRIES } from '../domain/retry.ts';
import type { OperationResult, StepResult } from '../domain/run.ts';
import {
  componentCondition,
  READY,
  withCondition,
  withReadiness,
  type Condition,
  type Phase,
  type StackEvent,
} from '../domain/status.ts';
import { errorText, type Log } from '../telemetry/log.ts';
import type { Services } from '../services.ts';
import type { OperationRecord, StackRecord } from '../tables/index.ts';

/**
 * Ends an operation. Pending as long as that is not possible: finished work must not be reported as lost because the
 * records could not be reached.
 */
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
 * Ends an operation: writes what came of it, sets the stack free and tells the story, all at once. Does
 * nothing for a stack that another operation holds by now.
 */
async function conclude(
  services: Services,
  { id, stack: name, results }: OperationResult,
  log: Log,
): Promise<Outcome> {
  const { store, now } = services;
  const [stored, operation] = await Promise.all([store.getStack(name), store.getOperation(name, id)]);
  if (stored === undefined || operation === undefined || stored.value.activeOperation !== id) return done;
  await recordUnfinished(services, name, id, results);

  const at = new Date(now()).toISOString();
  const { activeOperation: _, problem: before, ...stack } = stored.value;
  const receipt = await store.getReceipt(name, id);
  const removed = new Set(removedBy(operation.plan, results));
  const conditions = conditionsOf(stack, operation.plan, results, at).filter(
    ({ type }) => ![...removed].some((component) => type === componentCondition(component)),
  );
  const verdict = judge(operation.plan, results, conditions);
  const found = verdict.problem && { problem: { ...verdict.problem, operationId: id } };
  const committed = await store.commit({
    stack: {
      ...stack,
      ...(verdict.phase === 'Degraded' && before && { problem: before }),
      ...found,
      phase: verdict.phase,
      observedGeneration: verdict.phase === 'Failed' ? stack.observedGeneration : stack.generation,
      conditions: withReadiness(conditions, { ...verdict, at }),
      ...(receipt && verdict.phase === 'Destroyed' && { kept: receipt.kept }),
      installed: verdict.phase === 'Destroyed' ? [] : stack.installed.filter((name) => !removed.has(name)),
      versions: verdict.phase === 'Destroyed' ? {} : versionsAfter(stack.versions, operation.plan, results),
      lastOperation: id,
      updatedAt: at,
    },
    etag: stored.etag,
    operation: {
      ...operation,
      ...found,
      ...(receipt && { receipt }),
      state: verdict.state,
      finishedAt: at,
    },
    event: {
      at,
      kind: EVENT_AFTER[verdict.state],
      actor: 'matcha',
      message: tell(operation.kind, verdict),
      operation: id,
    },
  });
  // The stack was changed in between: look again.
  if (!committed) return pending(`${name} was changed meanwhile`, 2);
  logEnd(log, operation, results, { state: verdict.state, problem: verdict.problem, at });
  await rememberDurations(services, operation);
  return done;
}

/** Steps that were never started have no log line of their own. */
function logEnd(
  log: Log,
  { id: operation, stack, kind, startedAt }: OperationRecord,
  results: StepResult[],
  { state, problem, at }: { state: EndState; problem: Problem | undefined; at: string },
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

/** Keeps how long the steps took, for the plans to come. An estimate is not worth failing an operation that is over. */
async function rememberDurations({ store }: Services, { stack, id, plan }: OperationRecord): Promise<void> {
  try {
    const [records, before] = await Promise.all([store.listSteps(stack, id), store.getDurations()]);
    await store.putDurations(learn(plan.steps, records, before));
  } catch {
    // The next operation teaches as well.
  }
}

const doneSteps = ({ steps }: Plan, results: StepResult[]): Step[] =>
  steps.filter(({ id }) => results.some((result) => result.id === id && result.state === 'done'));

const removedBy = (plan: Plan, results: StepResult[]): string[] =>
  doneSteps(plan, results).flatMap(({ activity, input }) =>
    activity === 'removeComponent' ? [input.component] : [],
  );

/** What is installed now, by component: as before, but for what was installed, upgraded or removed. */
function versionsAfter(
  before: Record<string, string>,
  plan: Plan,
  results: StepResult[],
): Record<string, string> {
  const installed = doneSteps(plan, results).flatMap((step) =>
    isInstallation(step) ? [[step.input.component, step.input.version] as const] : [],
  );
  const removed = removedBy(plan, results);
  const versions = Object.entries({ ...before, ...Object.fromEntries(installed) });
  return Object.fromEntries(versions.filter(([component]) => !removed.includes(component)));
}

const isInstallation = (step: Step): step is StepOf<'installComponent'> | StepOf<'upgradeComponent'> =>
  step.activity === 'installComponent' || step.activity === 'upgradeComponent';

interface Verdict {
  phase: Phase;
  state: EndState;
  problem?: Problem;
}

const PHASE_AFTER: Record<OperationKind, Phase> = {
  provision: 'Ready',
  upgrade: 'Ready',
  hibernate: 'Hibernated',
  wake: 'Ready',
  destroy: 'Destroyed',
};

type EndState = 'Succeeded' | 'PartiallySucceeded' | 'Failed';

const EVENT_AFTER = {
  Succeeded: 'operation.succeeded',
  PartiallySucceeded: 'operation.partiallySucceeded',
  Failed: 'operation.failed',
} as const satisfies Record<EndState, StackEvent['kind']>;

/** Decides the phase of the stack and the state of the operation from how the steps ended. */
function judge({ kind, steps }: Plan, results: StepResult[], conditions: Condition[]): Verdict {
  const failures = results.filter(({ state }) => state === 'failed');
  const isFatal = ({ id }: StepResult) => steps.some((step) => step.id === id && step.onFailure === 'fail');
  const problem = (failures.find(isFatal) ?? failures[0])?.problem;
  if (problem === undefined) {
    const phase = PHASE_AFTER[kind];
    // An upgrade of some components does not mend another that did not work before.
    const isWhole =
      phase !== 'Ready' || conditions.every(({ type, status }) => type === READY || status !== 'False');
    return { phase: isWhole ? phase : 'Degraded', state: 'Succeeded' };
  }
  return failures.some(isFatal)
    ? { phase: 'Failed', state: 'Failed', problem }
    : { phase: 'Degraded', state: 'PartiallySucceeded', problem };
}

function conditionsOf(
  stack: StackRecord | Omit<StackRecord, 'activeOperation'>,
  plan: Plan,
  results: StepResult[],
  at: string,
): Condition[] {
  if (plan.kind === 'hibernate') {
    const asleep = { status: 'Unknown', reason: 'Hibernated', message: '', lastTransitionTime: at } as const;
    return stack.conditions.reduce<Condition[]>(
      (all, { type }) => withCondition(all, { type, ...asleep }),
      [...stack.conditions],
    );
  }
  const componentOf = (step: Step) => (step.activity === 'checkComponent' ? step.input.component : undefined);
  const installationOf = (component: string) =>
    plan.steps.find((step) => isInstallation(step) && step.input.component === component);
  return plan.steps.reduce<Condition[]>((conditions, step) => {
    const component = componentOf(step);
    const result = results.find(({ id }) => id === step.id);
    if (component === undefined || result === undefined) return conditions;
    const installation = results.find(({ id }) => id === installationOf(component)?.id);
    const cause = installation?.problem ?? result.problem;
    // What an upgrade did not get to is as it was.
    if (plan.kind === 'upgrade' && result.state === 'blocked' && cause === undefined) return conditions;
    return withCondition(conditions, {
      type: componentCondition(component),
      status: result.state === 'done' ? 'True' : 'False',
      reason: cause?.code ?? (result.state === 'done' ? 'CanaryPassed' : 'Blocked'),
      message: cause?.message ?? '',
      lastTransitionTime: at,
    });
  }, stack.conditions);
}

/** Steps that ended without their activity having its say: out of time, or never begun. */
async function recordUnfinished(
  { store, now }: Services,
  stack: string,
  operation: string,
  results: StepResult[],
): Promise<void> {
  const steps = new Map((await store.listSteps(stack, operation)).map((step) => [step.id, step]));
  for (const { id, state, problem } of results) {
    const known = steps.get(id);
    if (state === 'done' || known?.state === state) continue;
    await store.putStep(stack, operation, {
      ...(known ?? { id, attempts: 0 }),
      state,
      ...(state === 'failed' && { finishedAt: new Date(now()).toISOString() }),
      ...(problem && { problem }),
    });
  }
}

const tell = (kind: string, { phase, problem }: Verdict): string =>
  problem === undefined ? `The stack is ${phase}.` : `${kind} ended ${phase}: ${problem.message}`;

import { imageName, type ImageBuild } from '../domain/image.ts';
import type { OperationKind, Plan, Step, StepOf } from '../domain/plan.ts';
import type { Problem } from '../domain/problem.ts';
import type { StepResult } from '../domain/run.ts';
import {
  componentCondition,
  decidesPhase,
  IMAGE_BUILT,
  TEAM_ACCESS,
  withCondition,
  type Condition,
  type Ending,
  type Phase,
  type StackEvent,
} from '../domain/status.ts';
import type { StackRecord } from '../tables/index.ts';

const doneSteps = ({ steps }: Plan, results: StepResult[]): Step[] =>
  steps.filter(({ id }) => results.some((result) => result.id === id && result.state === 'done'));

/** The components that the operation removed. */
export const removedBy = (plan: Plan, results: StepResult[]): string[] =>
  doneSteps(plan, results).flatMap(({ activity, input }) =>
    activity === 'removeComponent' ? [input.component] : [],
  );

/** The versions of the installed components after the operation. */
export function versionsAfter(
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

/** How an operation ended. */
export interface Conclusion {
  phase: Phase;
  state: EndState;
  problem?: Problem;
}

const PHASE_AFTER: Record<OperationKind, Phase> = {
  provision: 'Ready',
  upgrade: 'Ready',
  hibernate: 'Hibernated',
  wake: 'Ready',
  verify: 'Ready',
  destroy: 'Destroyed',
};

type EndState = 'Succeeded' | 'PartiallySucceeded' | 'Failed' | 'Canceled';

export const EVENT_AFTER = {
  Succeeded: 'operation.succeeded',
  PartiallySucceeded: 'operation.partiallySucceeded',
  Failed: 'operation.failed',
  Canceled: 'operation.canceled',
} as const satisfies Record<EndState, StackEvent['kind']>;

/**
 * How an operation ended, from the results of its steps and the phase of the stack before. One that was ended from
 * outside after its last step has nevertheless done its work.
 */
export function conclusionOf(
  { kind, steps }: Plan,
  results: StepResult[],
  conditions: Condition[],
  { phase: before, ending }: { phase: Phase; ending?: Ending },
): Conclusion {
  if (ending && results.some(({ state }) => state !== 'done')) {
    // A verification changes nothing, so the stack is what it was.
    const phase = kind === 'verify' ? before : 'Failed';
    return { phase, state: ending.state, problem: ending.problem };
  }
  const onFailureOf = ({ id }: StepResult) => steps.find((step) => step.id === id)?.onFailure;
  const failures = results.filter((result) => result.state === 'failed' && onFailureOf(result) !== 'report');
  const isFatal = (result: StepResult) => onFailureOf(result) === 'fail';
  const problem = (failures.find(isFatal) ?? failures[0])?.problem;
  if (problem === undefined) {
    const phase = PHASE_AFTER[kind];
    // An upgrade of some components does not fix a component that failed before.
    const isWhole =
      phase !== 'Ready' || conditions.every(({ type, status }) => !decidesPhase(type) || status !== 'False');
    return { phase: isWhole ? phase : 'Degraded', state: 'Succeeded' };
  }
  return failures.some(isFatal)
    ? { phase: 'Failed', state: 'Failed', problem }
    : { phase: 'Degraded', state: 'PartiallySucceeded', problem };
}

/** The conditions of the stack after the operation. A component without a result keeps its condition. */
export function conditionsOf(
  stack: StackRecord | Omit<StackRecord, 'activeOperation'>,
  plan: Plan,
  results: StepResult[],
  at: string,
): Condition[] {
  if (plan.kind === 'hibernate') {
    if (results.length === 0 || results.some(({ state }) => state !== 'done')) return stack.conditions;
    const hibernated = {
      status: 'Unknown',
      reason: 'Hibernated',
      message: '',
      lastTransitionTime: at,
    } as const;
    // The registry keeps the pipeline image, and people keep their roles.
    return stack.conditions
      .filter(({ type }) => type !== IMAGE_BUILT && type !== TEAM_ACCESS)
      .reduce<Condition[]>((all, { type }) => withCondition(all, { type, ...hibernated }), stack.conditions);
  }
  const componentOf = (step: Step) => (step.activity === 'checkComponent' ? step.input.component : undefined);
  const installationOf = (component: string) =>
    plan.steps.find((step) => isInstallation(step) && step.input.component === component);
  return plan.steps.reduce<Condition[]>(
    (conditions, step) => {
      const component = componentOf(step);
      const result = results.find(({ id }) => id === step.id);
      if (step.activity === 'ensureImage' && result !== undefined && result.state !== 'blocked')
        return withCondition(conditions, imageCondition(step.input.image, result, at));
      if (step.activity === 'ensureTeamAccess' && result !== undefined && result.state !== 'blocked')
        return withTeamAccess(conditions, result, at);
      if (component === undefined || result === undefined) return conditions;
      const installation = results.find(({ id }) => id === installationOf(component)?.id);
      const cause = installation?.problem ?? result.problem;
      // A component that the upgrade did not reach keeps its condition.
      if (plan.kind === 'upgrade' && result.state === 'blocked' && cause === undefined) return conditions;
      return withCondition(conditions, {
        type: componentCondition(component),
        status: result.state === 'done' ? 'True' : 'False',
        reason: cause?.code ?? (result.state === 'done' ? 'CanaryPassed' : 'Blocked'),
        message: cause?.message ?? '',
        lastTransitionTime: at,
      });
    },
    conditionsBefore(stack.conditions, plan),
  );
}

/** A stack that no longer has the pipeline image has no condition of it. */
const conditionsBefore = (conditions: Condition[], { kind, steps }: Plan): Condition[] =>
  kind === 'provision' && !steps.some(({ activity }) => activity === 'ensureImage')
    ? conditions.filter(({ type }) => type !== IMAGE_BUILT)
    : conditions;

/** The message names the image, so that a later plan notices another one. */
const imageCondition = (image: ImageBuild, { state, problem }: StepResult, at: string): Condition => ({
  type: IMAGE_BUILT,
  status: state === 'done' ? 'True' : 'False',
  reason: problem?.code ?? 'Built',
  message: problem === undefined ? imageName(image) : [problem.message, problem.cause ?? ''].join(' ').trim(),
  lastTransitionTime: at,
});

/** People who have their roles are nothing to report. */
const withTeamAccess = (conditions: Condition[], { state, problem }: StepResult, at: string): Condition[] =>
  state === 'done'
    ? conditions.filter(({ type }) => type !== TEAM_ACCESS)
    : withCondition(conditions, {
        type: TEAM_ACCESS,
        status: 'False',
        reason: problem?.code ?? 'Failed',
        message: [problem?.message, problem?.cause].filter(Boolean).join(' '),
        lastTransitionTime: at,
      });

export const eventMessage = (kind: OperationKind, { phase, state, problem }: Conclusion): string => {
  if (problem === undefined) return `The stack is ${phase}.`;
  return state === 'Canceled' ? problem.message : `${kind} ended ${phase}: ${problem.message}`;
};

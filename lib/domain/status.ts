import { z } from 'zod';
import { actor } from './principal.ts';
import { problemSchema, type Problem } from './problem-schema.ts';

export const PHASES = [
  'Provisioning',
  'Ready',
  'Degraded',
  'Failed',
  'Updating',
  'Hibernating',
  'Hibernated',
  'Waking',
  'Destroying',
  'Destroyed',
] as const;
export type Phase = (typeof PHASES)[number];

/** ISO 8601, in UTC. */
export const time = z.iso.datetime();

/** A condition of a stack, as Kubernetes defines them: one for each component, some more, and the aggregate `Ready`. */
export const condition = z.strictObject({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string(),
  lastTransitionTime: time,
});
export type Condition = z.infer<typeof condition>;

export const STEP_STATES = ['waiting', 'running', 'done', 'failed', 'blocked'] as const;
export type StepState = (typeof STEP_STATES)[number];

/** The state of a step. */
export const stepRecord = z.strictObject({
  id: z.string(),
  state: z.enum(STEP_STATES),
  attempts: z.int(),
  startedAt: time.exactOptional(),
  finishedAt: time.exactOptional(),
  /** What it waits for, or its result. */
  detail: z.string().exactOptional(),
  problem: problemSchema.exactOptional(),
});
export type StepRecord = z.infer<typeof stepRecord>;

export const OPERATION_STATES = [
  'Running',
  'Ending',
  'Succeeded',
  'PartiallySucceeded',
  'Failed',
  'Canceled',
] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

/** An operation that was ended from outside and still holds its stack until nothing of it runs. */
export const ending = z.strictObject({
  /** Who ended it. */
  by: actor,
  since: time,
  /** The stack is free after this time, when no orchestration of the operation runs. */
  freeAfter: time,
  /** How it ends. */
  state: z.enum(['Canceled', 'Failed']),
  problem: problemSchema,
});
export type Ending = z.infer<typeof ending>;

/** What an operation that is being ended waits for. */
export const endingText = ({ by, since, freeAfter }: Ending): string =>
  `${by.actor} ended it at ${since}. The stack is free when its last requests have ended: shortly after ${freeAfter}, or earlier.`;

/** Whether an operation has ended and does not hold its stack anymore. */
export const isOver = (state: OperationState): boolean => state !== 'Running' && state !== 'Ending';

/** What a destroy operation found in Azure and deleted. Lists contain resource ids. */
export const receipt = z.strictObject({
  at: z.string(),
  found: z.array(z.string()),
  gone: z.array(z.string()),
  left: z.array(z.string()),
  /** Kept on request, with the data. */
  kept: z.array(z.string()),
  /** Deleted, but Azure can restore it for some days. It cannot be purged earlier. */
  restorable: z.array(z.string()),
});
export type Receipt = z.infer<typeof receipt>;

/** The current Azure resources of a stack. Lists contain resource ids. */
export const inventory = z.strictObject({
  /** Resources that destroy deletes. */
  present: z.array(z.string()),
  /** Resources that destroy keeps when the data is kept. */
  kept: z.array(z.string()),
  restorable: z.array(z.string()),
});
export type Inventory = z.infer<typeof inventory>;

export const EVENT_KINDS = [
  'provision.requested',
  'upgrade.requested',
  'hibernate.requested',
  'wake.requested',
  'verify.requested',
  'destroy.requested',
  'operation.succeeded',
  'operation.partiallySucceeded',
  'operation.failed',
  'operation.canceled',
  'operation.endRequested',
  'secrets.revealed',
  'image.requested',
  'credentials.issued',
  'access.refused',
] as const;

/** What a stack is, before and after an event. */
const stackState = z.strictObject({ phase: z.enum(PHASES), generation: z.int() });
export type StackState = z.infer<typeof stackState>;

export const stackStateOf = ({ phase, generation }: StackState): StackState => ({ phase, generation });

/** An event of a stack, stored in one transaction with the change that it describes. */
export const stackEvent = z.strictObject({
  at: time,
  kind: z.enum(EVENT_KINDS),
  ...actor.shape,
  message: z.string(),
  operation: z.string().exactOptional(),
  /** Of an event that changes the stack; a new stack has no `before`. */
  before: stackState.exactOptional(),
  after: stackState.exactOptional(),
  /** What of the spec is different, such as `cluster.maxNodes: 3 → 5`. */
  changed: z.array(z.string()).exactOptional(),
});
export type StackEvent = z.infer<typeof stackEvent>;

/** Sets a condition by type. Its transition time changes only with its status. */
export function withCondition(conditions: readonly Condition[], next: Condition): Condition[] {
  const before = conditions.find(({ type }) => type === next.type);
  const kept =
    before?.status === next.status ? { ...next, lastTransitionTime: before.lastTransitionTime } : next;
  return [...conditions.filter(({ type }) => type !== next.type), kept];
}

/** The condition type of a component: its name in upper camel case, then `Ready`. */
export const componentCondition = (component: string): string =>
  `${component.charAt(0).toUpperCase()}${component.slice(1)}Ready`;

/** Whether the pipeline image is in the registry. The stack is Ready without it. */
export const IMAGE_BUILT = 'PipelineImageBuilt';

/** False while the owner or a member lacks roles in Azure; absent otherwise. The stack is Ready without it. */
export const TEAM_ACCESS = 'TeamAccess';

/** Whether a stack is Degraded while a condition of this type is False: those of components. The others only inform. */
export const decidesPhase = (type: string): boolean => type !== READY && type.endsWith('Ready');

/** The conditions that a verification sets end with this word. */
const VERIFIED = 'Verified';

export const isVerification = ({ type }: Pick<Condition, 'type'>): boolean => type.endsWith(VERIFIED);

/** `Pipelines` of the condition `PipelinesVerified`. */
export const verifiedPart = ({ type }: Pick<Condition, 'type'>): string => type.slice(0, -VERIFIED.length);

/** The reason of a condition while its verification is due. */
export const VERIFICATION_DUE = 'Due';

/** The type of the aggregate condition. */
export const READY = 'Ready';

/**
 * Sets the aggregate condition `Ready` from the phase, and puts it first. It is Unknown while a running stack
 * is updated. A destroyed stack has no conditions.
 */
export function withReadiness(
  conditions: readonly Condition[],
  { phase, problem, at }: { phase: Phase; problem?: Problem | undefined; at: string },
): Condition[] {
  if (phase === 'Destroyed') return [];
  const status = READINESS[phase] ?? 'False';
  const reason = phase === 'Degraded' || phase === 'Failed' ? (problem?.code ?? phase) : phase;
  const next: Condition = {
    type: READY,
    status,
    reason: status === 'True' ? 'CanariesPassed' : reason,
    message: status === 'True' ? '' : (problem?.message ?? ''),
    lastTransitionTime: at,
  };
  const all = withCondition(conditions, next);
  return [...all.filter(({ type }) => type === READY), ...all.filter(({ type }) => type !== READY)];
}

const READINESS: Partial<Record<Phase, Condition['status']>> = { Ready: 'True', Updating: 'Unknown' };

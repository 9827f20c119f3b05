import type { PlanChanges } from './changes.ts';
import type { CostEstimate } from './cost.ts';
import type { OperationKind, Step } from './plan.ts';
import type { Problem } from './problem.ts';
import type { StackSpec } from './spec.ts';

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

/** A condition of a stack, as Kubernetes words them. Times are ISO 8601. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
}

export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'blocked';

/** What is known of a step. Times are ISO 8601. */
export interface StepRecord {
  id: string;
  state: StepState;
  attempts: number;
  startedAt?: string;
  finishedAt?: string;
  /** What it waits for now, or what came of it. */
  detail?: string;
  problem?: Problem;
}

/** A step of a plan together with what is known of it, as people and programs see it. */
export interface StepView extends StepRecord {
  title: string;
  after: string[];
  /** Usual duration in seconds. */
  usual: number;
}

export type OperationState = 'Running' | 'Succeeded' | 'Failed';

/** How an operation stands. Times are ISO 8601. */
export interface OperationView {
  id: string;
  stack: string;
  kind: OperationKind;
  state: OperationState;
  requestedBy: string;
  startedAt: string;
  finishedAt?: string;
  /** Usual duration of the whole, in seconds: its critical path. */
  usual: number;
  steps: StepView[];
  problem?: Problem;
  receipt?: Receipt;
}

/** What destroying found in Azure, and what became of it: ids of resources. */
export interface Receipt {
  at: string;
  found: string[];
  gone: string[];
  left: string[];
  /** What stays because it was asked for, with the data. */
  kept: string[];
  /** What is gone, though Azure can bring it back for some days; nobody can purge it earlier. */
  restorable: string[];
}

/** What Azure has of a stack now: ids of resources. */
export interface Inventory {
  /** What destroying takes away. */
  present: string[];
  /** What destroying without the data leaves. */
  kept: string[];
  restorable: string[];
}

/** A stack as people and programs see it. Times are ISO 8601. */
export interface StackView {
  name: string;
  phase: Phase;
  preset: string;
  components: string[];
  /** Of the tools that run in the cluster, by component. */
  versions: Record<string, string>;
  location: string;
  owner: string;
  access: 'private' | 'public';
  generation: number;
  observedGeneration: number;
  conditions: Condition[];
  createdAt: string;
  updatedAt: string;
  /** Why it is Failed or Degraded. */
  problem?: Problem;
  /** What stayed in Azure when it was destroyed: ids of resources. */
  kept?: string[];
  /** Id of the operation that holds the stack. */
  activeOperation?: string;
  lastOperation?: string;
  /** Estimated, in US dollars, as it is now: running or hibernated, 0 before there is a cluster. Absent when a price is not known. */
  costPerDay?: number;
}

export interface StackDetail extends StackView {
  spec: StackSpec;
  /** The active operation, else the last one. */
  operation?: OperationView;
}

/** A plan as it is shown before anything is done. */
export interface PlanView {
  stack: string;
  kind: OperationKind;
  preset: string;
  location: string;
  /** The tools that are installed in the cluster; `from` is the version that is there now, where it is another. */
  components: { name: string; title: string; version: string; from?: string }[];
  /** What is made in Azure; `detail` says how large. */
  resources: { kind: string; name: string; detail?: string }[];
  steps: Pick<StepView, 'id' | 'title' | 'after' | 'usual'>[];
  access: 'private' | 'public';
  owner: string;
  /** Usual duration of the whole, in seconds. */
  usual: number;
  cost: CostEstimate;
  /** Absent in the plan of an upgrade of tools. */
  changes?: PlanChanges;
}

/** Something that happened to a stack; written together with the change it tells of. */
export interface StackEvent {
  at: string;
  kind: string;
  actor: string;
  message: string;
  operation?: string;
}

/** The record of a step as the plan and the records together tell it. */
export const stepView = (step: Step, record: StepRecord | undefined): StepView => ({
  ...(record ?? { id: step.id, state: 'waiting', attempts: 0 }),
  title: step.title,
  after: step.after,
  usual: step.usual,
});

/** Sets a condition by type; its transition time only moves when its status does. */
export function withCondition(conditions: readonly Condition[], next: Condition): Condition[] {
  const before = conditions.find(({ type }) => type === next.type);
  const kept =
    before?.status === next.status ? { ...next, lastTransitionTime: before.lastTransitionTime } : next;
  return [...conditions.filter(({ type }) => type !== next.type), kept];
}

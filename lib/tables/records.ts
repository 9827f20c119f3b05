import type { Plan, OperationKind } from '../domain/plan.ts';
import type { Problem } from '../domain/problem.ts';
import type { StackSpec } from '../domain/spec.ts';
import type { Condition, OperationState, Phase, Receipt } from '../domain/status.ts';

/** A stack as it is stored: what is wanted, and how it stands. Times are ISO 8601. */
export interface StackRecord {
  spec: StackSpec;
  /** Makes the names that Azure wants unique worldwide this stack's own. */
  suffix: string;
  generation: number;
  observedGeneration: number;
  phase: Phase;
  conditions: Condition[];
  problem?: Problem;
  /** What stayed in Azure, with the data, when it was destroyed: ids of resources. */
  kept?: string[];
  /** Components that may have something in the cluster, also by an installation that failed. */
  installed: string[];
  /** What is installed whole, by component. */
  versions: Record<string, string>;
  /** Of the manifests of each component as they were last installed, or were to be. */
  manifestDigests?: Record<string, string>;
  /** Names of tags that Matcha may have set on the stack's resources, from this spec and earlier ones. */
  tagNames?: string[];
  /** Set once a cluster was made, while no operation has succeeded yet. */
  hasCluster?: true;
  /** The one operation that may change the stack now. */
  activeOperation?: string;
  lastOperation?: string;
  createdAt: string;
  updatedAt: string;
}

/** An operation as it is stored, with the plan that it runs. Times are ISO 8601. */
export interface OperationRecord {
  id: string;
  stack: string;
  kind: OperationKind;
  state: OperationState;
  plan: Plan;
  requestedBy: string;
  /** Tells a repeated request from another one under the same id. */
  requestHash: string;
  startedAt: string;
  finishedAt?: string;
  problem?: Problem;
  receipt?: Receipt;
}

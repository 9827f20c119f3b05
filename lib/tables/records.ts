import type { Plan, OperationKind } from '../domain/plan.ts';
import type { Actor } from '../domain/principal.ts';
import type { Problem } from '../domain/problem.ts';
import type { StackSpec } from '../domain/spec.ts';
import type { Condition, Ending, OperationState, Phase, Receipt } from '../domain/status.ts';

/** The stored record of a stack: its spec and its state. Times are ISO 8601. */
export interface StackRecord {
  spec: StackSpec;
  /** A constant part of the names that must be unique in all of Azure. */
  suffix: string;
  generation: number;
  observedGeneration: number;
  phase: Phase;
  conditions: Condition[];
  problem?: Problem;
  /** Ids of resources that the destroy operation kept with the data. */
  kept?: string[];
  /** Components that may have objects in the cluster, including those whose installation failed. */
  installed: string[];
  /** The versions of installed components. */
  versions: Record<string, string>;
  /** The manifest digest of each component in the last plan that installs it. */
  manifestDigests?: Record<string, string>;
  /** Names of tags that Matcha may have set on the resources, from this spec and earlier ones. */
  tagNames?: string[];
  /** Set when a cluster exists before any operation has succeeded. */
  hasCluster?: true;
  /** The only operation that may change the stack. */
  activeOperation?: string;
  /** Set while the active operation is a verification, which gives way to any other. */
  verifying?: true;
  /** Grows when an operation begins and when one is ended from outside. */
  epoch?: number;
  /** Set while the active operation is being ended from outside. */
  ending?: Ending;
  /** The last operation that changed the stack. A verification changes nothing. */
  lastOperation?: string;
  /** Set until the stack was verified after its last change. */
  verifyDue?: true;
  /** A verification that gave way to another operation and may still run. The other one waits for its end. */
  displaced?: { operation: string; freeAfter: string };
  createdAt: string;
  updatedAt: string;
}

/** The stored record of an image build that a user requested: what Azure does not know about it. */
export interface ImageRecord {
  /** The id of the run in the registry. */
  id: string;
  createdAt: string;
  /** The repository and tag. */
  image: string;
  /** A digest of what was built. */
  content: string;
  requestedBy: string;
}

/** The stored record of an operation, with its plan. Times are ISO 8601. */
export interface OperationRecord {
  id: string;
  stack: string;
  /** The epoch of the stack while the operation holds it. */
  epoch: number;
  kind: OperationKind;
  state: OperationState;
  plan: Plan;
  requestedBy: Actor;
  /** Distinguishes a repeated request from another request with the same id. */
  requestHash: string;
  startedAt: string;
  finishedAt?: string;
  /** Set while the operation is Ending. */
  ending?: Ending;
  problem?: Problem;
  receipt?: Receipt;
}

/** Whether the reconciler looks at a stack: an operation holds it or still runs, or a verification is to start. */
export const isUnsettled = ({ activeOperation, displaced, verifyDue, phase }: StackRecord): boolean =>
  activeOperation !== undefined || displaced !== undefined || (verifyDue === true && phase === 'Ready');

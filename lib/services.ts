import type { Azure } from './azure/index.ts';
import type { Directory } from './entra/graph.ts';
import type { Principal } from './domain/principal.ts';
import type { Catalogue } from './components/catalogue.ts';
import type { OperationRun } from './domain/run.ts';
import type { Kubernetes } from './kubernetes/index.ts';
import type { SignIn } from './domain/sign-in.ts';
import type { Pricing } from './pricing/index.ts';
import type { Log } from './telemetry/log.ts';
import type { Store } from './tables/index.ts';

/** The services that commands and activities use; app.ts builds them once per process. */
export interface Services {
  azure: Azure;
  kubernetes: Kubernetes;
  store: Store;
  /** The people of the tenant. */
  directory: Directory;
  pricing: Pricing;
  /** The components and presets that stacks can have. */
  catalogue: Catalogue;
  subscriptionId: string;
  /** Where callers sign in. */
  signIn: SignIn;
  /** The current time, in milliseconds since the epoch. */
  now: () => number;
  /**
   * The time of people and of other systems, in milliseconds since the epoch. The embedded Azure has a faster clock:
   * what somebody must do within minutes, or has signed, is measured with this one.
   */
  wallClock: () => number;
}

export type WorkflowState = 'running' | 'ended' | 'absent';

/** The engine that runs operations. Its client exists only during a function call. */
export interface Workflows {
  /** Starts the operation; does nothing when it is started already. */
  start(operation: OperationRun): Promise<void>;
  stateOf(operationId: string): Promise<WorkflowState>;
  terminate(operationId: string, reason: string): Promise<void>;
}

/** What a command needs to start or end an operation: the caller, the services and the engine. */
export interface CommandContext {
  services: Services;
  workflows: Workflows;
  principal: Principal;
  log: Log;
}

import type { Azure } from './azure/index.ts';
import type { Principal } from './domain/principal.ts';
import type { Catalogue } from './components/catalogue.ts';
import type { OperationRun } from './domain/run.ts';
import type { Kubernetes } from './kubernetes/index.ts';
import type { Pricing } from './pricing/index.ts';
import type { Log } from './telemetry/log.ts';
import type { Store } from './tables/index.ts';

/** What commands and activities work with; built in app.ts, once per process. */
export interface Services {
  azure: Azure;
  kubernetes: Kubernetes;
  store: Store;
  pricing: Pricing;
  /** What stacks are made of. */
  catalogue: Catalogue;
  subscriptionId: string;
  /** The time, in milliseconds since the epoch. */
  now: () => number;
}

export type WorkflowState = 'running' | 'ended' | 'absent';

/** The engine that runs operations; a client of it exists only while a function runs. */
export interface Workflows {
  /** Starts the operation; does nothing when it was started before. */
  start(operation: OperationRun): Promise<void>;
  stateOf(operationId: string): Promise<WorkflowState>;
  terminate(operationId: string, reason: string): Promise<void>;
}

/** What a command that begins or ends an operation needs: who calls, the services and the engine. */
export interface CommandContext {
  services: Services;
  workflows: Workflows;
  principal: Principal;
  log: Log;
}

import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { setTimeout } from 'node:timers/promises';
import { azureCredential } from './azure/credential.ts';
import { createAzure } from './azure/index.ts';
import { concludeOperation, createSteps, stepActivities, type RunStep } from './activities/index.ts';
import type { Catalogue } from './components/catalogue.ts';
import { defaultCatalogue } from './components/default-catalogue.ts';
import type { Outcome } from './domain/outcome.ts';
import type { StepActivity } from './domain/plan.ts';
import type { Principal } from './domain/principal.ts';
import type { OperationResult } from './domain/run.ts';
import { createKubernetes } from './kubernetes/index.ts';
import { createPricing, type PriceSource } from './pricing/index.ts';
import type { Log } from './telemetry/log.ts';
import type { Services } from './services.ts';
import { settingsFrom, type Settings } from './settings.ts';
import { createStore } from './tables/index.ts';
import { openTable } from './tables/open.ts';

/** Finds out who calls; undefined for nobody. */
export type Authenticate = (headers: { get(name: string): string | null }) => Promise<Principal | undefined>;

/** Everything that the control plane takes from outside. */
export interface Dependencies {
  settings: Settings;
  credential: TokenCredential;
  authenticate: Authenticate;
  /** How requests to Azure travel; the SDK's own way unless given. */
  httpClient?: HttpClient;
  priceSource: PriceSource;
  /** What stacks are made of. */
  catalogue: Catalogue;
  /** Milliseconds since the epoch. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

/** The control plane, ready to be registered with a Functions host. */
export interface App {
  services: Services;
  authenticate: Authenticate;
  /** The name of every activity that a step may call. */
  stepActivities: readonly StepActivity[];
  runStep: RunStep;
  concludeOperation: (result: OperationResult, log: Log) => Promise<Outcome>;
}

/** Builds the control plane. This is the only place where adapters are made. */
export function createApp(dependencies: Dependencies): App {
  const { settings, credential, httpClient, catalogue, now, sleep } = dependencies;
  const { subscriptionId, principalId } = settings;
  const azure = createAzure({
    subscriptionId,
    credential,
    principalId,
    time: { now, sleep },
    ...(httpClient && { httpClient }),
  });
  const services: Services = {
    azure,
    kubernetes: createKubernetes({ kubeconfig: azure.kubeconfig, token: azure.clusterToken }),
    store: createStore(openTable(settings.tables, settings.tableName, credential)),
    pricing: createPricing(dependencies.priceSource, now),
    catalogue,
    subscriptionId,
    now,
  };
  return {
    services,
    authenticate: dependencies.authenticate,
    stepActivities,
    runStep: createSteps(services),
    concludeOperation: (result, log) => concludeOperation(services, result, log),
  };
}

/** The dependencies of a deployment on Azure. Nobody can sign in there yet. */
export function azureDependencies(environment: NodeJS.ProcessEnv): Dependencies {
  const { settings, signIn } = settingsFrom(environment);
  return {
    settings,
    credential: azureCredential(signIn),
    authenticate: () => Promise.resolve(undefined),
    catalogue: defaultCatalogue,
    priceSource: { fetch, notes: [] },
    now: Date.now,
    sleep: (ms) => setTimeout(ms),
  };
}

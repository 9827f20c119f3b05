import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { setTimeout } from 'node:timers/promises';
import { azureCredential, sharingTokens } from './azure/credential.ts';
import { createAzure } from './azure/index.ts';
import {
  claimOperation,
  concludeOperation,
  createFences,
  createSteps,
  fencedStore,
  stepActivities,
  type RunStep,
} from './activities/index.ts';
import type { Chats } from './chat/chat.ts';
import type { Catalogue } from './components/catalogue.ts';
import { defaultCatalogue } from './components/default-catalogue.ts';
import { createDirectory } from './entra/graph.ts';
import type { Fence } from './domain/fence.ts';
import type { Outcome, Superseded } from './domain/outcome.ts';
import type { Step, StepActivity } from './domain/plan.ts';
import type { Principal } from './domain/principal.ts';
import { SCOPE, signInOf } from './domain/sign-in.ts';
import { createVerifier } from './entra/verify.ts';
import type { OperationResult, OperationRun } from './domain/run.ts';
import { createKubernetes } from './kubernetes/index.ts';
import { createPricing, type PriceSource } from './pricing/index.ts';
import type { Log } from './telemetry/log.ts';
import type { Services } from './services.ts';
import { createSlack } from './slack/client.ts';
import { createReceiver, type ReceiveSlack } from './slack/receive.ts';
import { settingsFrom, type BotSettings, type Directory, type Settings } from './settings.ts';
import { createStore } from './tables/index.ts';
import { openTable } from './tables/open.ts';
import { createTeams, type Teams } from './teams/index.ts';

/** Returns the caller of a request. Rejects with a ProblemError when the caller is not signed in. */
export type Authenticate = (headers: { get(name: string): string | null }) => Promise<Principal>;

/** Where callers sign in, or a function that names them, on the machine of a developer. */
export type Callers = Directory | Authenticate;

/** The bot in Teams. */
export interface BotDependencies extends BotSettings {
  /** The identity of the bot. */
  credential: TokenCredential;
  /** Reaches Teams. */
  fetch: typeof fetch;
}

/** Everything that the control plane needs from its environment. */
export interface Dependencies {
  settings: Settings;
  credential: TokenCredential;
  callers: Callers;
  /** Sends requests to Azure; the default client of the SDK unless given. */
  httpClient?: HttpClient;
  priceSource: PriceSource;
  /** The components and presets that stacks can have. */
  catalogue: Catalogue;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** The time of people and of other systems; that of this machine unless given. */
  wallClock?: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Without it, Teams is not configured. */
  bot?: BotDependencies | undefined;
}

/** The control plane, ready to be registered with a Functions host. */
export interface App {
  services: Services;
  /** The chats that are configured. */
  chats: Chats;
  /** Verifies and reads a request of Slack; absent when Slack is not configured. */
  receiveSlack?: ReceiveSlack;
  /** Receives what Teams sends, if it is configured. */
  teams: Teams | undefined;
  authenticate: Authenticate;
  /** The name of every activity that a step may call. */
  stepActivities: readonly StepActivity[];
  runStep: RunStep;
  claimOperation: (run: OperationRun, log: Log) => Promise<Outcome<Step[]> | Superseded>;
  concludeOperation: (result: OperationResult, log: Log) => Promise<Outcome>;
}

/** Builds the control plane. Only this function creates adapters. */
export function createApp(dependencies: Dependencies): App {
  const { settings, callers, credential, httpClient, catalogue, now, sleep, bot } = dependencies;
  const { subscriptionId, principalId } = settings;
  const azure = createAzure({
    subscriptionId,
    credential,
    principalId,
    time: { now, sleep },
    ...(httpClient && { httpClient }),
  });
  const store = createStore(openTable(settings.tables, settings.tableName, credential));
  const kubernetes = createKubernetes({
    kubeconfig: azure.kubeconfig,
    token: azure.clusterToken,
    addresses: store.addresses,
  });
  const services: Services = {
    azure,
    kubernetes,
    store,
    directory: createDirectory(credential, httpClient),
    pricing: createPricing(dependencies.priceSource, now),
    catalogue,
    subscriptionId,
    signIn: typeof callers === 'function' ? { kind: 'none' } : signInOf(callers),
    now,
    wallClock: dependencies.wallClock ?? Date.now,
  };
  const fenced = (fence: Fence): Services => ({
    ...services,
    azure: azure.fenced(fence),
    kubernetes: kubernetes.fenced(fence),
    store: fencedStore(store, fence),
  });
  const teams =
    bot &&
    createTeams({
      ...bot,
      credential: sharingTokens(bot.credential),
      wallClock: services.wallClock,
      now,
      sleep,
    });
  return {
    services,
    authenticate: typeof callers === 'function' ? callers : entraCallers(callers),
    chats: {
      ...(settings.slack && { slack: createSlack(settings.slack) }),
      ...(teams && { teams: teams.chat }),
    },
    teams,
    ...(settings.slack && { receiveSlack: createReceiver(settings.slack.signingSecret) }),
    stepActivities,
    runStep: createSteps({ services, openFence: createFences(services), fenced }),
    claimOperation: (run, log) => claimOperation(services, run, log),
    concludeOperation: (result, log) => concludeOperation(services, result, log),
  };
}

/** Tokens are of the real time, also where the time of the control plane is simulated. */
const entraCallers = (directory: Directory): Authenticate =>
  createVerifier({ ...directory, scope: SCOPE, now: Date.now });

/** The dependencies of a deployment on Azure. */
export function azureDependencies(environment: NodeJS.ProcessEnv): Dependencies {
  const { settings, directory, identity, bot } = settingsFrom(environment);
  return {
    settings,
    credential: azureCredential(identity),
    callers: directory,
    catalogue: defaultCatalogue,
    priceSource: { fetch, notes: [] },
    now: Date.now,
    sleep: (ms) => setTimeout(ms),
    bot: bot && { ...bot, credential: azureCredential({ ...identity, clientId: bot.botAppId }), fetch },
  };
}

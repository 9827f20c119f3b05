import { mkdirSync } from 'node:fs';
import type { BotDependencies } from '../lib/app.ts';
import type { Settings, SlackSettings } from '../lib/settings.ts';
import type { Clock } from './clock.ts';
import { developer, startControlPlane } from './control-plane.ts';
import type { Faults } from './faults.ts';
import { lockFolder } from './folder-lock.ts';
import { startIssuer, type Issuer } from './issuer/index.ts';
import type { Host, SentResponse } from './host/index.ts';
import type { SimulatedAzure } from './azure/index.ts';
import type { SimulatedKubernetes } from './kubernetes/index.ts';
import {
  catalogueOf,
  pathIn,
  startSimulators,
  type SimulatorOptions,
  type Simulators,
} from './simulators.ts';
import { startSimulatorThread } from './simulator-thread.ts';

export interface EmbeddedOptions extends SimulatorOptions {
  /** Port of the control plane; 0 chooses a free port. */
  port?: number;
  /** The name of the table of stacks. */
  tableName?: string;
  /** The bot in Teams. */
  bot?: BotDependencies;
  /** A workspace of Slack. */
  slack?: SlackSettings;
  /** Callers sign in to a simulated directory; without it, everybody is the developer. */
  signIn?: boolean;
  /** Called with each response of the control plane. */
  onResponse?: (response: SentResponse) => void;
}

/** A running control plane on a simulated Azure. */
export interface Local {
  /** The URL of the control plane. */
  url: string;
  host: Host;
  settings: Settings;
  /** Signs people in, if they have to. */
  issuer?: Issuer;
  close(): Promise<void>;
}

/** With its simulators in the same thread. */
export interface Embedded extends Local {
  azure: SimulatedAzure;
  kubernetes: SimulatedKubernetes;
  clock: Clock;
  faults: Faults;
}

/**
 * Starts the control plane and its simulated Azure in this thread, so that a test can look into both. The functions,
 * orchestrations and SDK clients are those of production.
 */
export async function startEmbedded(options: EmbeddedOptions = {}): Promise<Embedded> {
  const { local, simulators } = await start(options, startSimulators);
  const { azure, kubernetes, clock, faults } = simulators;
  return { ...local, azure, kubernetes, clock, faults };
}

/** What can be sent to another thread. */
export type ThreadedOptions = Omit<EmbeddedOptions, 'kubeconfig' | 'catalogue' | 'trace' | 'bot'> & {
  trace?: string;
};

/** Starts the same with the simulated Azure in a thread of its own, so that its work does not delay the control plane. */
export const startThreaded = async (options: ThreadedOptions): Promise<Local> =>
  (await start(options, startSimulatorThread)).local;

type Reachable = Pick<Simulators, 'clock' | 'tables' | 'close'> & {
  azure: Pick<SimulatedAzure, 'subscriptionId' | 'principalId' | 'credential' | 'httpClient'>;
};

async function start<S extends Reachable>(
  { slack, ...options }: EmbeddedOptions,
  startServices: (options: SimulatorOptions) => Promise<S>,
): Promise<{ local: Local; simulators: S }> {
  const { data, port, log, onResponse } = options;
  const asDeveloper = developer(process.env);
  if (data !== undefined) mkdirSync(data, { recursive: true });
  const lock = data === undefined ? undefined : lockFolder(data);
  const simulators = await startServices(options);
  const issuer = options.signIn === true ? await startIssuer({ interval: 1 }) : undefined;
  const { azure, clock, tables } = simulators;
  const settings: Settings = {
    subscriptionId: azure.subscriptionId,
    principalId: azure.principalId,
    tables,
    tableName: options.tableName ?? 'matchastacks',
    ...(slack && { slack }),
  };
  const host = await startControlPlane({
    ...{ settings, clock, port, log, onResponse },
    credential: azure.credential,
    httpClient: azure.httpClient,
    catalogue: catalogueOf(options),
    bot: options.bot,
    callers: issuer?.directory ?? asDeveloper,
    database: pathIn(data, 'durable.sqlite'),
  });
  lock?.note(host.url);
  const close = async () => {
    await host.stop();
    await issuer?.close();
    await simulators.close();
    lock?.release();
  };
  return { local: { url: host.url, host, settings, ...(issuer && { issuer }), close }, simulators };
}

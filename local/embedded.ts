import { mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Dependencies } from '../lib/app.ts';
import { createCatalogue, type Catalogue } from '../lib/components/catalogue.ts';
import { defaultCatalogue } from '../lib/components/default-catalogue.ts';
import { mlflow, mlflowWith } from '../lib/components/mlflow/index.ts';
import type { StandIn } from '../lib/components/stand-in.ts';
import type { Settings } from '../lib/settings.ts';
import { startAzure, type SimulatedAzure } from './azure/index.ts';
import { borrowCluster, type BorrowOptions } from './borrowed-cluster.ts';
import { createClock, sleep, type Clock } from './clock.ts';
import { openDocuments, type DocumentStore } from './documents.ts';
import { createFaults, type Faults } from './faults.ts';
import { startHost, type Host, type Log, type SentResponse } from './host/index.ts';
import { clearFunctions } from './host/registry.ts';
import { startKubernetes, type SimulatedKubernetes } from './kubernetes/index.ts';
import { simulatedPrices } from './pricing.ts';
import { startTables } from './tables/index.ts';
import { traceTo, type Trace } from './trace.ts';

export interface EmbeddedOptions {
  /** Simulated seconds in a real one. */
  speed?: number;
  /** Port of the control plane; 0 takes a free one. */
  port?: number;
  /** Folder that keeps everything; without one all is forgotten at the end. */
  data?: string;
  /** A kubeconfig whose cluster is handed out in place of simulated ones. */
  kubeconfig?: string;
  /** Connection string of a table service that runs already. */
  tables?: string;
  /** The table of the stacks. */
  tableName?: string;
  /** What stacks are made of; its components bring what the simulated cluster runs for them. */
  catalogue?: Catalogue;
  /** Told of each request to Azure and Kubernetes; a file gets each as a line of JSON. */
  trace?: string | Trace;
  log?: Log;
  /** Told of each response of the control plane. */
  onResponse?: (response: SentResponse) => void;
}

export interface Embedded {
  /** Where the control plane answers. */
  url: string;
  host: Host;
  azure: SimulatedAzure;
  kubernetes: SimulatedKubernetes;
  clock: Clock;
  faults: Faults;
  settings: Settings;
  close(): Promise<void>;
}

/**
 * Starts the whole control plane in this process, on a simulated Azure: the same functions, orchestrations
 * and SDK clients as in production, with Microsoft's own emulator for the tables.
 */
export async function startEmbedded(options: EmbeddedOptions = {}): Promise<Embedded> {
  const { data, kubeconfig } = options;
  const catalogue = options.catalogue ?? (kubeconfig === undefined ? defaultCatalogue : onItsDisks());
  if (data !== undefined) mkdirSync(data, { recursive: true });
  const path = (name: string) => (data === undefined ? undefined : join(data, name));
  const documents = openDocuments(path('azure.sqlite'));
  const { clock, stop: stopClock } = startClock(documents, options.speed ?? 1);
  const trace = typeof options.trace === 'string' ? traceTo(options.trace) : options.trace;
  const faults = createFaults();
  const shared = { clock, documents, faults, ...(trace && { trace }) };

  const tables = options.tables === undefined ? await startTables(path('tables')) : undefined;
  const authorize: BorrowOptions['authorize'] = (clusterId, token) =>
    azure.authorizeCluster(clusterId, token);
  const kubernetes = await startKubernetes({
    ...shared,
    authorize,
    standIns: await standInsOf(catalogue),
  });
  const borrowed = kubeconfig === undefined ? undefined : await borrowCluster({ kubeconfig, authorize });
  const azure = await startAzure({ ...shared, clusters: borrowed ?? kubernetes });

  const settings: Settings = {
    subscriptionId: azure.subscriptionId,
    principalId: azure.principalId,
    tables: options.tables ?? tables?.connectionString ?? '',
    tableName: options.tableName ?? 'matchastacks',
  };
  const database = path('durable.sqlite');
  const host = await startHost(() => loadApp(azure, { settings, clock, catalogue }), {
    clock,
    hostJson: join(import.meta.dirname, '..', 'host.json'),
    ...(database !== undefined && { database }),
    ...(options.port !== undefined && { port: options.port }),
    ...(options.log && { log: options.log }),
    ...(options.onResponse && { onResponse: options.onResponse }),
  });
  return {
    url: host.url,
    host,
    azure,
    kubernetes,
    clock,
    faults,
    settings,
    async close() {
      await host.stop();
      await azure.close();
      await borrowed?.close();
      await kubernetes.close();
      await tables?.close();
      stopClock();
      documents.close();
    },
  };
}

/** The default catalogue for a cluster outside Azure, which has no Blob Storage. */
const onItsDisks = (): Catalogue =>
  createCatalogue(
    defaultCatalogue.components.map((component) =>
      component.name === mlflow.name ? mlflowWith('disk') : component,
    ),
    defaultCatalogue.presets,
  );

/** The app is loaded only here, after the host has taken the place of the Functions runtime. */
async function loadApp(
  { credential, httpClient }: SimulatedAzure,
  { clock, ...given }: Pick<Dependencies, 'settings' | 'catalogue'> & { clock: Clock },
): Promise<void> {
  const { createApp } = await import('../lib/app.ts');
  const { registerFunctions } = await import('../functions/register.ts');
  const app = createApp({
    ...given,
    credential,
    httpClient,
    authenticate: developer,
    priceSource: simulatedPrices,
    now: () => clock.now(),
    sleep: (ms) => sleep(clock, ms),
  });
  // One process may start several control planes, one after the other.
  clearFunctions();
  registerFunctions(app);
}

/**
 * The one caller of an embedded control plane: whoever sits at this machine. It listens on the loopback
 * interface only; a web page that tries (browsers send an Origin) is nobody.
 */
const developer = (headers: { get(name: string): string | null }) =>
  Promise.resolve(
    headers.get('origin') === null
      ? { id: 'local:developer', name: userInfo().username, role: 'Admin' as const }
      : undefined,
  );

/** How often the time is written down, in real milliseconds. */
const NOTE_EVERY = 250;

/**
 * Time stands still while nothing runs, and never goes back: after a crash it continues at the latest that it
 * can have been.
 */
function startClock(documents: DocumentStore, speed: number): { clock: Clock; stop: () => void } {
  const notes = documents.collection<{ latest: number }>('clock');
  const clock = createClock(speed, notes.get('time')?.latest);
  const note = () => notes.set('time', { latest: clock.now() + NOTE_EVERY * speed });
  note();
  const timer = setInterval(note, NOTE_EVERY);
  timer.unref();
  return { clock, stop: () => clearInterval(timer) };
}

/** What the components of a catalogue bring along for the simulated cluster. */
export const standInsOf = async ({ components }: Catalogue): Promise<StandIn[]> => {
  const loaded = await Promise.all(components.map(async ({ workload }) => workload?.standIn?.()));
  return loaded.filter((standIn) => standIn !== undefined);
};

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
import { startClusterProxy, type ClusterProxyOptions } from './cluster-proxy.ts';
import { createClock, sleep, type Clock } from './clock.ts';
import { openDocumentStore, type DocumentStore } from './document-store.ts';
import { createFaults, type Faults } from './faults.ts';
import { lockFolder } from './folder-lock.ts';
import { startHost, type Host, type Log, type SentResponse } from './host/index.ts';
import { clearFunctions } from './host/registry.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { startKubernetes, type SimulatedKubernetes } from './kubernetes/index.ts';
import { injectFaults, type FaultList } from './named-faults.ts';
import { simulatedPrices } from './pricing.ts';
import { createRandom } from './random.ts';
import { startTables } from './tables/index.ts';
import { startTableProxy } from './tables/proxy.ts';
import { traceTo, type Trace } from './trace.ts';

export interface EmbeddedOptions {
  /** Simulated seconds per real second. */
  speed?: number;
  /** Port of the control plane; 0 chooses a free port. */
  port?: number;
  /** Folder of the persistent state; in memory by default. */
  data?: string;
  /** An existing cluster that replaces the simulated ones. */
  kubeconfig?: Kubeconfig;
  /** Connection string of an existing table service; starts Azurite by default. */
  tables?: string;
  /** The name of the table of stacks. */
  tableName?: string;
  /** The component catalogue. Its stand-ins run in the simulated cluster. */
  catalogue?: Catalogue;
  /** A callback, or a file of JSON lines, for each request to Azure and Kubernetes. */
  trace?: string | Trace;
  /** Faults that last until `close`. */
  faults?: FaultList;
  log?: Log;
  /** Called with each response of the control plane. */
  onResponse?: (response: SentResponse) => void;
}

export interface Embedded {
  /** The URL of the control plane. */
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
 * Starts the control plane in this process on a simulated Azure. The functions, orchestrations and SDK clients are
 * those of production. Azurite, Microsoft's emulator, provides the tables.
 */
export async function startEmbedded(options: EmbeddedOptions = {}): Promise<Embedded> {
  const { data, kubeconfig } = options;
  const catalogue =
    options.catalogue ?? (kubeconfig === undefined ? defaultCatalogue : catalogueWithoutBlobs());
  if (data !== undefined) mkdirSync(data, { recursive: true });
  const lock = data === undefined ? undefined : lockFolder(data);
  const path = (name: string) => (data === undefined ? undefined : join(data, name));
  const documents = openDocumentStore(path('azure.sqlite'));
  const { clock, stop: stopClock } = startClock(documents, options.speed ?? 1);
  const trace = typeof options.trace === 'string' ? traceTo(options.trace) : options.trace;
  const random = createRandom(options.faults?.seed ?? 0);
  const faults = createFaults(random);
  const shared = { clock, documents, faults, ...(trace && { trace }) };

  const tables = options.tables === undefined ? await startTables(path('tables'), options.log) : undefined;
  const isFaulty = options.faults?.faults.some(({ name }) => name === 'tables') ?? false;
  const tableProxy = isFaulty && tables ? await startTableProxy(tables.connectionString) : undefined;
  const authorize: ClusterProxyOptions['authorize'] = (clusterId, token) =>
    azure.authorizeCluster(clusterId, token);
  const kubernetes = await startKubernetes({
    ...shared,
    authorize,
    standIns: await standInsOf(catalogue),
  });
  const clusterProxy =
    kubeconfig === undefined ? undefined : await startClusterProxy({ kubeconfig, authorize });
  const azure = await startAzure({ ...shared, clusters: clusterProxy ?? kubernetes });

  const { components } = catalogue;
  await injectFaults(options.faults?.faults ?? [], {
    ...{ faults, azure, kubernetes, components, random },
    tables: tableProxy,
  });

  const settings: Settings = {
    subscriptionId: azure.subscriptionId,
    principalId: azure.principalId,
    tables: options.tables ?? (tableProxy ?? tables)?.connectionString ?? '',
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
  lock?.note(host.url);
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
      await clusterProxy?.close();
      await kubernetes.close();
      await tableProxy?.close();
      await tables?.close();
      stopClock();
      documents.close();
      lock?.release();
    },
  };
}

/** The default catalogue for a cluster outside Azure, which has no Blob Storage. */
const catalogueWithoutBlobs = (): Catalogue =>
  createCatalogue(
    defaultCatalogue.components.map((component) =>
      component.name === mlflow.name ? mlflowWith('disk') : component,
    ),
    defaultCatalogue.presets,
  );

/** Loads the app. It must be imported after the local host, which provides `@azure/functions-core`. */
async function loadApp(
  { credential, httpClient }: SimulatedAzure,
  { clock, ...dependencies }: Pick<Dependencies, 'settings' | 'catalogue'> & { clock: Clock },
): Promise<void> {
  const { createApp } = await import('../lib/app.ts');
  const { registerFunctions } = await import('../functions/register.ts');
  const app = createApp({
    ...dependencies,
    credential,
    httpClient,
    authenticate: authenticateDeveloper,
    priceSource: simulatedPrices,
    now: () => clock.now(),
    sleep: (ms) => sleep(clock, ms),
  });
  // One process may start several control planes, one at a time.
  clearFunctions();
  registerFunctions(app);
}

/**
 * Authenticates every local caller as the developer. The control plane listens on the loopback interface only, and
 * requests from web pages, which have an Origin header, are anonymous.
 */
const authenticateDeveloper = (headers: { get(name: string): string | null }) =>
  Promise.resolve(
    headers.get('origin') === null
      ? { id: 'local:developer', name: userInfo().username, role: 'Admin' as const }
      : undefined,
  );

/** The interval at which the simulated time is saved, in real milliseconds. */
const SAVE_INTERVAL_MS = 250;

/**
 * Starts the clock at the saved time. Simulated time stops while nothing runs and never decreases: the saved time is
 * an upper bound, also after a crash.
 */
function startClock(documents: DocumentStore, speed: number): { clock: Clock; stop: () => void } {
  const saved = documents.collection<{ latest: number }>('clock');
  const clock = createClock(speed, saved.get('time')?.latest);
  const save = () => saved.set('time', { latest: clock.now() + SAVE_INTERVAL_MS * speed });
  save();
  const timer = setInterval(save, SAVE_INTERVAL_MS);
  timer.unref();
  return { clock, stop: () => clearInterval(timer) };
}

/** The stand-ins of all components of a catalogue. */
export const standInsOf = async ({ components }: Catalogue): Promise<StandIn[]> => {
  const loaded = await Promise.all(components.map(async ({ workload }) => workload?.standIn?.()));
  return loaded.filter((standIn) => standIn !== undefined);
};

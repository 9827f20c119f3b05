import { join } from 'node:path';
import { createCatalogue, type Catalogue } from '../lib/components/catalogue.ts';
import { defaultCatalogue } from '../lib/components/default-catalogue.ts';
import { gateway } from '../lib/components/gateway.ts';
import { delegationCondition } from '../lib/domain/azure-roles.ts';
import { mlflow, mlflowWith } from '../lib/components/mlflow/index.ts';
import type { StandIn } from '../lib/components/stand-in.ts';
import { startAzure, type SimulatedAzure } from './azure/index.ts';
import { startClusterProxy } from './cluster-proxy.ts';
import { createClock, type Clock, type Turns } from './clock.ts';
import { openDocumentStore, type DocumentStore } from './document-store.ts';
import { createFaults, type Faults } from './faults.ts';
import type { Log } from './host/index.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { startKubernetes, type KubernetesOptions, type SimulatedKubernetes } from './kubernetes/index.ts';
import { injectFaults, type FaultList } from './named-faults.ts';
import { createRandom } from './random.ts';
import { startTables } from './tables/index.ts';
import { startTableProxy } from './tables/proxy.ts';
import { traceTo, type Trace } from './trace.ts';

export interface SimulatorOptions {
  /** Simulated seconds per real second. */
  speed?: number;
  /** Folder of the persistent state; in memory by default. */
  data?: string;
  /** An existing cluster that replaces the simulated ones. */
  kubeconfig?: Kubeconfig;
  /** Connection string of an existing table service; starts Azurite by default. */
  tables?: string;
  /** The component catalogue. Its stand-ins run in the simulated cluster. */
  catalogue?: Catalogue;
  /** A callback, or a file of JSON lines, for each request to Azure and Kubernetes. */
  trace?: string | Trace;
  /** Faults that last until `close`. */
  faults?: FaultList;
  log?: Log;
  /** The turns of all threads that share the clock. */
  turns?: Turns;
}

/** The simulated services that a control plane uses. */
export interface Simulators {
  azure: SimulatedAzure;
  kubernetes: SimulatedKubernetes;
  clock: Clock;
  /** The simulated time of the start, in milliseconds since the epoch. */
  startedAt: number;
  faults: Faults;
  /** Connection string of the tables. */
  tables: string;
  close(): Promise<void>;
}

export const pathIn = (data: string | undefined, name: string): string | undefined =>
  data === undefined ? undefined : join(data, name);

/** Starts the simulated Azure with its clusters, and Azurite, Microsoft's emulator, for the tables. */
export async function startSimulators(options: SimulatorOptions): Promise<Simulators> {
  const { data, kubeconfig } = options;
  const catalogue = catalogueOf(options);
  const documents = openDocumentStore(pathIn(data, 'azure.sqlite'));
  const { clock, startedAt, stop: stopClock } = startClock(documents, options);
  const trace = typeof options.trace === 'string' ? traceTo(options.trace) : options.trace;
  const random = createRandom(options.faults?.seed ?? 0);
  const faults = createFaults(random);
  const shared = { clock, documents, faults, ...(trace && { trace }) };

  const tables =
    options.tables === undefined ? await startTables(pathIn(data, 'tables'), options.log) : undefined;
  const isFaulty = options.faults?.faults.some(({ name }) => name === 'tables') ?? false;
  const tableProxy = isFaulty && tables ? await startTableProxy(tables.connectionString) : undefined;
  const authorize: KubernetesOptions['authorize'] = (clusterId, token, access) =>
    azure.authorizeCluster(clusterId, token, access);
  const kubernetes = await startKubernetes({
    ...shared,
    authorize,
    standIns: await standInsOf(catalogue),
    blobs: (caller, request) => azure.blobs(caller, request),
  });
  const clusterProxy =
    kubeconfig === undefined ? undefined : await startClusterProxy({ kubeconfig, authorize });
  const azure = await startAzure({
    ...shared,
    clusters: clusterProxy ?? kubernetes,
    delegation: delegationCondition(),
  });

  const { components } = catalogue;
  await injectFaults(options.faults?.faults ?? [], {
    ...{ faults, azure, kubernetes, components, random },
    tables: tableProxy,
  });
  return {
    azure,
    kubernetes,
    clock,
    startedAt,
    faults,
    tables: options.tables ?? (tableProxy ?? tables)?.connectionString ?? '',
    async close() {
      await azure.close();
      await clusterProxy?.close();
      await kubernetes.close();
      await tableProxy?.close();
      await tables?.close();
      stopClock();
      documents.close();
    },
  };
}

/** A cluster outside Azure has no Blob Storage, and may have no Gateway API. */
export const catalogueOf = ({
  catalogue,
  kubeconfig,
}: Pick<SimulatorOptions, 'catalogue' | 'kubeconfig'>): Catalogue =>
  catalogue ?? (kubeconfig === undefined ? defaultCatalogue : catalogueOutsideAzure(kubeconfig));

const catalogueOutsideAzure = ({ hasGateway }: Kubeconfig): Catalogue =>
  createCatalogue(
    defaultCatalogue.components
      .filter(({ name }) => hasGateway || name !== gateway.name)
      .map((component) => (component.name === mlflow.name ? mlflowWith('disk') : component)),
    defaultCatalogue.presets,
  );

/** The stand-ins of all components of a catalogue. */
export const standInsOf = async ({ components }: Catalogue): Promise<StandIn[]> => {
  const loaded = await Promise.all(components.map(async ({ workload }) => workload?.standIn?.()));
  return loaded.filter((standIn) => standIn !== undefined);
};

/** The interval at which the simulated time is saved, in real milliseconds. */
const SAVE_INTERVAL_MS = 250;

/**
 * Starts the clock at the saved time. Simulated time stops while nothing runs and never decreases: the saved time is
 * an upper bound, also after a crash.
 */
function startClock(
  documents: DocumentStore,
  { speed = 1, turns }: SimulatorOptions,
): { clock: Clock; startedAt: number; stop: () => void } {
  const saved = documents.collection<{ latest: number }>('clock');
  const startedAt = saved.get('time')?.latest ?? Date.now();
  const clock = createClock(speed, startedAt, turns);
  const save = () => saved.set('time', { latest: clock.now() + SAVE_INTERVAL_MS * speed });
  save();
  const timer = setInterval(save, SAVE_INTERVAL_MS);
  timer.unref();
  return { clock, startedAt, stop: () => clearInterval(timer) };
}

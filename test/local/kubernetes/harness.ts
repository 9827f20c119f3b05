import { onTestFinished } from 'vitest';
import type { Clock } from '../../../local/clock.ts';
import { openDocumentStore } from '../../../local/document-store.ts';
import type { DocumentStore } from '../../../local/document-store.ts';
import { createFaults } from '../../../local/faults.ts';
import { defaultCatalogue } from '../../../lib/components/default-catalogue.ts';
import { standInsOf } from '../../../local/simulators.ts';
import { startKubernetes } from '../../../local/kubernetes/index.ts';
import type { SimulatedKubernetes } from '../../../local/kubernetes/index.ts';
import type { Exchange } from '../../../local/trace.ts';
import { clientOf, type TestClient } from '../../helpers/kubernetes-client.ts';
import { objectsIn } from '../../helpers/kubernetes-objects.ts';

export { isAvailable, namespace } from '../../helpers/kubernetes-objects.ts';
export { errorOf } from '../../helpers/kubernetes-client.ts';

export const CLUSTER =
  '/subscriptions/s/resourceGroups/demo/providers/Microsoft.ContainerService/managedClusters/demo-k8s';

export const TOKENS = { admin: 'good', powerless: 'powerless' };

export const { deployment, service, claim } = objectsIn('team');

/** A clock that only `advance` moves. Clusters must not use timers. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

function createManualClock(): ManualClock {
  let now = Date.parse('2026-11-21T08:00:00Z');
  return {
    speed: 1,
    now: () => now,
    after: () => {
      throw new Error('A cluster must not use timers.');
    },
    advance: (ms) => void (now += ms),
  };
}

export interface Harness extends TestClient {
  clock: ManualClock;
  documents: DocumentStore;
  kubernetes: SimulatedKubernetes;
  faults: ReturnType<typeof createFaults>;
  exchanges: Exchange[];
  server: string;
}

const authorize = (_cluster: string, token: string | undefined) => {
  if (token === TOKENS.admin) return 'allowed';
  return token === TOKENS.powerless ? 'forbidden' : 'unauthenticated';
};

/** Starts a cluster with a client. With existing documents, it continues from their state. */
export async function startCluster(
  documents = openDocumentStore(),
  clock = createManualClock(),
): Promise<Harness> {
  const exchanges: Exchange[] = [];
  const faults = createFaults();
  const kubernetes = await startKubernetes({
    clock,
    documents,
    faults,
    standIns: await standInsOf(defaultCatalogue),
    trace: (exchange) => void exchanges.push(exchange),
    authorize,
  });
  onTestFinished(() => kubernetes.close());
  kubernetes.create(CLUSTER);
  const { server } = kubernetes.endpoint(CLUSTER);
  const client = clientOf({ server }, TOKENS.admin);
  return { ...client, clock, documents, kubernetes, faults, exchanges, server };
}

/** Polls every simulated second until `isDone`. Throws after ten simulated minutes. */
export async function eventually<T>(
  clock: ManualClock,
  read: () => T | Promise<T>,
  isDone: (value: T) => boolean,
): Promise<T> {
  for (let seconds = 0; ; seconds++) {
    const value = await read();
    if (isDone(value)) return value;
    if (seconds > 600) throw new Error(`The last value is ${JSON.stringify(value)}.`);
    clock.advance(1000);
  }
}

import {
  ApiException,
  KubernetesObjectApi,
  PatchStrategy,
  ServerConfiguration,
  createConfiguration,
} from '@kubernetes/client-node';
import type { KubernetesObject as ClientObject, V1Status } from '@kubernetes/client-node';
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

export const CLUSTER =
  '/subscriptions/s/resourceGroups/demo/providers/Microsoft.ContainerService/managedClusters/demo-k8s';
export const TOKEN = 'good';

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

interface ReadObject extends ClientObject {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  data?: Record<string, string>;
}

export interface Harness {
  clock: ManualClock;
  documents: DocumentStore;
  kubernetes: SimulatedKubernetes;
  faults: ReturnType<typeof createFaults>;
  exchanges: Exchange[];
  server: string;
  apply: (
    object: object,
    options?: { manager?: string; force?: boolean; dryRun?: string },
  ) => Promise<ReadObject>;
  read: (apiVersion: string, kind: string, name: string, namespace?: string) => Promise<ReadObject>;
  api: KubernetesObjectApi;
  /** Sends a raw request. The body is JSON unless it is a string or bytes. */
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;
}

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
    authorize: (_id, token) =>
      token === TOKEN ? 'allowed' : token === undefined ? 'unauthenticated' : 'forbidden',
  });
  onTestFinished(() => kubernetes.close());
  kubernetes.create(CLUSTER);
  const { server } = kubernetes.endpoint(CLUSTER);
  const api = clientOf(server, TOKEN);
  return {
    clock,
    documents,
    kubernetes,
    faults,
    exchanges,
    server,
    api,
    apply: (object, { manager = 'matcha', force = false, dryRun } = {}) =>
      api.patch(structuredClone(object), undefined, dryRun, manager, force, PatchStrategy.ServerSideApply),
    read: (apiVersion, kind, name, namespace) =>
      api.read({ apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) } }),
    call: (method, path, body, headers = {}) => {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
      return fetch(`${server}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(isRaw ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
      });
    },
  };
}

export function clientOf(server: string, token: string | undefined): KubernetesObjectApi {
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: {
      default: {
        getName: () => 'token',
        applySecurityAuthentication: (context) => {
          if (token !== undefined) context.setHeaderParam('Authorization', `Bearer ${token}`);
        },
      },
    },
  });
  return new KubernetesObjectApi(configuration);
}

/** The Status of a failed request. */
export async function errorOf(request: Promise<unknown>): Promise<V1Status> {
  try {
    await request;
  } catch (error) {
    if (error instanceof ApiException) return JSON.parse(error.body as string) as V1Status;
    throw error;
  }
  throw new Error('The request did not fail.');
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

export const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

interface DeploymentOptions {
  image?: string;
  container?: object;
  pod?: object;
}

export function deployment(
  name: string,
  { image = 'nginx:1.29', container = {}, pod = {} }: DeploymentOptions = {},
) {
  const labels = { 'app.kubernetes.io/name': name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'team' },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image, ...container }], ...pod },
      },
    },
  };
}

export const service = (name: string, port: number) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'team' },
  spec: { selector: { 'app.kubernetes.io/name': name }, ports: [{ port }] },
});

export const claim = (name: string, storage = '10Gi') => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'team' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'managed-csi',
    resources: { requests: { storage } },
  },
});

export const isAvailable = ({ status }: ReadObject): boolean => status?.['availableReplicas'] === 1;

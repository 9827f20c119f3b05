import { at, listAt } from '../../lib/components/canary.ts';
import type { CanaryCluster, Workload } from '../../lib/components/component.ts';
import { secretValues } from '../../lib/components/secrets.ts';
import type {
  LiveObject,
  SimulatedCluster,
  StandIn,
  StandInApp,
  StandInContainer,
  StandInStore,
} from '../../lib/components/stand-in.ts';
import type { KubernetesObject } from '../../lib/manifests/object.ts';

/** A cluster for a canary, with a record of its calls. */
export interface CanaryTestCluster {
  cluster: CanaryCluster;
  /** The called services, as `name:port`. */
  called: string[];
  /** The called services without a stand-in. */
  missing: string[];
}

/** Simulates a cluster with the manifests of a component, whose images are replaced by its stand-in. */
export function canaryClusterOf(
  workload: Workload,
  objects: readonly KubernetesObject[],
  standIn: StandIn | undefined,
): CanaryTestCluster {
  const called: string[] = [];
  const missing: string[] = [];
  const data = storeOf();
  const live = objectsAfterControllers(objects, standIn);
  const values = new Map(
    workload.secrets.map((secret) => [secret.name, secretValues(secret, (length) => 'r'.repeat(length))]),
  );

  const call: CanaryCluster['call'] = ({ name, port }, { method, path, body, headers = {} }) => {
    called.push(`${name}:${port}`);
    const backend = backendOf(objects, name, port);
    const server = standIn?.servers?.find(
      (each) =>
        backend !== undefined &&
        each.image.test(backend.container.image ?? '') &&
        each.port(backend.container) === backend.port,
    );
    if (backend === undefined || server === undefined) {
      missing.push(`${name}:${port}`);
      return Promise.resolve({ status: 503, body: '' });
    }
    const url = new URL(path, 'http://service');
    const isText = typeof body === 'string';
    const response = server.answer(
      {
        method,
        path: url.pathname,
        query: url.searchParams,
        headers: { 'content-type': isText ? 'text/plain' : 'application/json', ...headers },
        body: Buffer.from(body === undefined ? '' : isText ? body : JSON.stringify(body)),
        scheme: 'http',
        host: `10.244.0.9:${backend.port}`,
      },
      {
        container: backend.container,
        environment: environmentOf(backend.container, values),
        file: (mounted) => fileOf(values, mounted),
        data,
        blobs: blobsOf(data),
        now: () => 0,
      },
    );
    return Promise.resolve({ status: response.status, body: parsed(response.body) });
  };

  return {
    called,
    missing,
    cluster: {
      call,
      read: ({ kind, name }) =>
        Promise.resolve(live.find((each) => each.kind === kind && each.metadata.name === name)),
      list: ({ kind }, labels) =>
        Promise.resolve(
          live.filter(
            (each) =>
              each.kind === kind &&
              Object.entries(labels).every(([label, value]) => each.metadata.labels?.[label] === value),
          ),
        ),
      secret: (name, key) => Promise.resolve(values.get(name)?.[key] ?? ''),
    },
  };
}

/** An upper bound of the rounds that the controllers of a component need. */
const MAX_ROUNDS = 5;

/** The objects after the controllers of the stand-in have run, with the conditions of ready objects. */
function objectsAfterControllers(
  objects: readonly KubernetesObject[],
  standIn: StandIn | undefined,
): LiveObject[] {
  const conditions = ['Available', 'Established', 'Ready'].map((type) => ({ type, status: 'True' }));
  const live: LiveObject[] = [];
  const find: SimulatedCluster['get'] = (apiVersion, kind, name, namespace) =>
    live.find(
      ({ metadata, ...each }) =>
        each.apiVersion === apiVersion &&
        each.kind === kind &&
        metadata.name === name &&
        metadata.namespace === namespace,
    );
  const cluster: SimulatedCluster = {
    get: find,
    list: (apiVersion, kind) => live.filter((each) => each.apiVersion === apiVersion && each.kind === kind),
    create(object) {
      const { apiVersion, kind, metadata } = object;
      if (find(apiVersion, kind, metadata.name, metadata.namespace)) return;
      live.push({ ...object, metadata: { ...metadata, uid: `${live.length}` }, status: { conditions } });
    },
    setStatus: (object, status) => void Object.assign(object, { status }),
  };
  for (const object of objects) {
    cluster.create(object);
    if (object.kind === 'Deployment') cluster.create(readyPodOf(object));
  }
  for (let round = 0; round < MAX_ROUNDS; round++) for (const run of standIn?.controllers ?? []) run(cluster);
  return live;
}

const readyPodOf = ({ metadata, ...deployment }: KubernetesObject): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    ...metadata,
    labels: at(deployment, 'spec', 'template', 'metadata', 'labels') as Record<string, string>,
  },
});

/** The container behind a port of a service, and the port of the container. */
function backendOf(objects: readonly KubernetesObject[], name: string, port: number) {
  const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === name);
  const served = listAt(service, 'spec', 'ports').find((each) => at(each, 'port') === port);
  const selector = Object.entries((at(service, 'spec', 'selector') ?? {}) as Record<string, string>);
  const template = objects
    .map((object) => at(object, 'spec', 'template'))
    .find((each) => selector.every(([label, value]) => at(each, 'metadata', 'labels', label) === value));
  for (const container of listAt(template, 'spec', 'containers') as StandInContainer[]) {
    const target = container.ports?.find((each) => each.name === at(served, 'targetPort'));
    if (target !== undefined) return { container, port: target.containerPort };
  }
  return undefined;
}

type Values = ReadonlyMap<string, Record<string, string>>;

const environmentOf = (container: StandInContainer, values: Values): Record<string, string> =>
  Object.fromEntries(
    (listAt(container, 'env') as Variable[]).map(({ name, value, valueFrom }) => {
      const { secretKeyRef: from } = valueFrom ?? {};
      return [name, value ?? (from && values.get(from.name)?.[from.key]) ?? ''];
    }),
  );

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: { name: string; key: string } };
}

const fileOf = (values: Values, path: string): string | undefined =>
  [...values.values()]
    .map((secret) => secret[path.split('/').at(-1) ?? ''])
    .find((text) => text !== undefined);

function storeOf(): StandInStore {
  const data = new Map<string, unknown>();
  return {
    get: (key) => data.get(key),
    set: (key, value) => void data.set(key, value),
    delete: (key) => void data.delete(key),
    entries: (prefix = '') => [...data].filter(([key]) => key.startsWith(prefix)),
  };
}

/** Blob Storage in the store of the process, which may do everything. */
const blobsOf =
  (data: StandInStore): StandInApp['blobs'] =>
  ({ method, path, content }) => {
    const key = `blob/${path}`;
    if (method === 'LIST')
      return {
        status: 200,
        blobs: data.entries(key).map(([name, text]) => [name.slice('blob/'.length), String(text)]),
      };
    const found = data.get(key);
    if (method === 'PUT') data.set(key, content);
    else if (found === undefined) return { status: 404, code: 'BlobNotFound' };
    else if (method === 'DELETE') data.delete(key);
    return { status: 200, ...(method === 'GET' && { content: String(found) }) };
  };

/** Parses a response body: JSON, or text. */
const parsed = (body: unknown): unknown => {
  const text = Buffer.isBuffer(body) || typeof body === 'string' ? body.toString() : JSON.stringify(body);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

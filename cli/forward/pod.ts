import type { Forward } from '../../lib/api/credentials.ts';
import type { ApiServer } from './api-server.ts';

/** A pod that serves, and the port on which it does. */
export interface PodPort {
  pod: string;
  port: number;
}

interface Service {
  spec?: { selector?: Record<string, string>; ports?: { port: number; targetPort?: number | string }[] };
}

interface Pod {
  metadata: { name: string; labels?: Record<string, string>; deletionTimestamp?: string };
  spec: { containers: { ports?: { name?: string; containerPort: number }[] }[] };
  status?: { conditions?: { type: string; status: string }[] };
}

/** A ready pod of a service. Throws an error that says why there is none. */
export async function readyPod(
  api: ApiServer,
  { namespace, service, port }: Pick<Forward, 'namespace' | 'service' | 'port'>,
): Promise<PodPort> {
  const inNamespace = `/api/v1/namespaces/${namespace}`;
  const { spec = {} } = (await api.get(`${inNamespace}/services/${service}`)) as Service;
  const items = await podsWith(api, namespace, spec.selector ?? {});
  const pod = items.find(isReady);
  if (pod === undefined) throw new Error(items.length === 0 ? 'It has no pod.' : 'Its pod is not ready.');
  const { targetPort = port } = spec.ports?.find((found) => found.port === port) ?? {};
  const number = typeof targetPort === 'number' ? targetPort : containerPort(pod, targetPort);
  if (number === undefined) throw new Error(`Its pod has no port ${targetPort}.`);
  return { pod: pod.metadata.name, port: number };
}

/** The pods of a namespace that have these labels. */
export async function podsWith(
  api: ApiServer,
  namespace: string,
  labels: Record<string, string>,
): Promise<Pod[]> {
  const wanted = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const query = `labelSelector=${encodeURIComponent(wanted.join(','))}`;
  const { items = [] } = (await api.get(`/api/v1/namespaces/${namespace}/pods?${query}`)) as {
    items?: Pod[];
  };
  return items;
}

const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false);

const containerPort = ({ spec }: Pod, name: string): number | undefined =>
  spec.containers.flatMap(({ ports = [] }) => ports).find((port) => port.name === name)?.containerPort;

import type { ApiRequest, ApiResponse } from './api.ts';
import type { Cluster } from './cluster.ts';
import type { Container, Pod } from './objects.ts';
import { blobsOf } from './pod-blobs.ts';
import { claimNames, environmentOf, mountedFile } from './pod-inputs.ts';
import type { Target } from './resources.ts';
import { serviceUnavailable, notFound } from './status.ts';

/** Headers that the API server does not forward, such as the credentials of the caller. */
const NOT_FORWARDED = ['authorization', 'connection', 'host', 'content-length'];

interface Destination {
  scheme: string;
  service: string;
  port: string;
}

/** Parses `[scheme:]name[:port]`. */
function parseDestination(name: string): Destination {
  const parts = name.split(':');
  if (parts.length === 3) return { scheme: parts[0] ?? '', service: parts[1] ?? '', port: parts[2] ?? '' };
  return { scheme: 'http', service: parts[0] ?? '', port: parts[1] ?? '' };
}

/**
 * Forwards a request of the service proxy to the stand-in of the tool in the pod.
 * @throws ApiError 404 if there is no such Service; 503 if no pod is ready or no process listens on the port.
 */
export function proxyToService(
  { cluster, kind, namespace, name }: Target,
  path: string,
  request: ApiRequest,
): ApiResponse {
  const { scheme, service, port } = parseDestination(name);
  const { pod, port: target } = findBackend(cluster, kind, namespace ?? '', name, service, port);
  const host = `${pod.status?.podIP ?? ''}:${String(target)}`;
  for (const container of pod.spec.containers) {
    const standIn = cluster.standIns.serverOf(container.image ?? '');
    if (!standIn || standIn.port(container) !== target) continue;
    const headers = Object.entries(request.headers).flatMap(([header, value]) =>
      NOT_FORWARDED.includes(header) ? [] : [[header, String(value)] as const],
    );
    return standIn.answer(
      { ...request, path, headers: Object.fromEntries(headers), scheme: scheme || 'http', host },
      runningApp(cluster, pod, container),
    );
  }
  throw serviceUnavailable(`error trying to reach service: dial tcp ${host}: connect: connection refused`);
}

function findBackend(
  cluster: Cluster,
  kind: Target['kind'],
  namespace: string,
  id: string,
  name: string,
  port: string,
) {
  const service = cluster.get('services', namespace, name);
  if (!service) throw notFound(kind, name);
  const byNumber = /^\d+$/.test(port)
    ? service.spec.ports?.find((candidate) => candidate.port === Number(port))
    : undefined;
  if (/^\d+$/.test(port) && !byNumber)
    throw serviceUnavailable(`no service port ${port} found for service "${name}"`);
  const portName = byNumber ? (byNumber.name ?? '') : port;
  // A request must specify a named port, even if it is the only one.
  for (const subset of cluster.get('endpoints', namespace, name)?.subsets ?? []) {
    const endpoint = subset.ports.find((candidate) => (candidate.name ?? '') === portName);
    const pod = cluster.get('pods', namespace, subset.addresses?.[0]?.targetRef.name ?? '');
    if (endpoint && pod) return { pod, port: endpoint.port };
  }
  throw serviceUnavailable(`no endpoints available for service "${id}"`);
}

/** The environment of a process in a pod. Its data belongs to the first claim of the pod, or to the pod without one. */
function runningApp(cluster: Cluster, pod: Pod, container: Container) {
  const [claimName = ''] = claimNames(pod);
  const claim = cluster.get('persistentvolumeclaims', pod.metadata.namespace, claimName);
  return {
    container,
    environment: environmentOf(cluster, pod, container),
    file: (path: string) => mountedFile(cluster, pod, container, path),
    data: cluster.attachments(claim?.metadata.uid ?? pod.metadata.uid),
    blobs: blobsOf(cluster, pod),
    now: () => cluster.clock.now(),
  };
}

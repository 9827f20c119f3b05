import type { StandInRequest, StandInResponse } from '../../lib/components/stand-in.ts';
import type { ApiRequest, ApiResponse } from './api.ts';
import type { Cluster } from './cluster.ts';
import { sliceOf } from './controllers/services.ts';
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
): ApiResponse | Promise<ApiResponse> {
  const { scheme, service, port } = parseDestination(name);
  const backend = findBackend(cluster, kind, namespace ?? '', name, service, port);
  const headers = Object.entries(request.headers).flatMap(([header, value]) =>
    NOT_FORWARDED.includes(header) ? [] : [[header, String(value)] as const],
  );
  const { method, query, body } = request;
  return answerOf(
    cluster,
    backend,
    { method, path, query, headers: Object.fromEntries(headers), body },
    scheme || 'http',
  );
}

/**
 * The answer of the process in a pod.
 * @throws ApiError 503 if no process listens on the port.
 */
export function answerOf(
  cluster: Cluster,
  { pod, port: target }: Backend,
  request: Pick<StandInRequest, 'method' | 'path' | 'query' | 'headers' | 'body'>,
  scheme = 'http',
): ApiResponse | Promise<ApiResponse> {
  const host = `${pod.status?.podIP ?? ''}:${String(target)}`;
  const refused = serviceUnavailable(
    `error trying to reach service: dial tcp ${host}: connect: connection refused`,
  );
  const process = processOn(cluster, pod, target);
  if (!process) throw refused;
  const response = process({ ...request, scheme, host });
  return response instanceof Promise
    ? response.catch(() => ({ status: refused.status.code, body: refused.status }))
    : response;
}

/** The process that listens on a port of a pod, its stand-in or a real one; undefined if none does. */
export function processOn(
  cluster: Cluster,
  pod: Pod,
  port: number,
): ((request: StandInRequest) => StandInResponse | Promise<StandInResponse>) | undefined {
  for (const container of pod.spec.containers) {
    const standIn = cluster.standIns.serverOf(container.image ?? '');
    if (standIn?.port(container) !== port) continue;
    const process = cluster.standIns.processOf(container.image ?? '');
    return process ?? ((request) => standIn.answer(request, runningApp(cluster, pod, container)));
  }
  return undefined;
}

interface Backend {
  pod: Pod;
  port: number;
}

/** The pod and the port behind a service. @throws ApiError 404 or 503. */
export function findBackend(
  cluster: Cluster,
  kind: Target['kind'],
  namespace: string,
  id: string,
  name: string,
  port: string,
): Backend {
  const service = cluster.get('services', namespace, name);
  if (!service) throw notFound(kind, name);
  const byNumber = /^\d+$/.test(port)
    ? service.spec.ports?.find((candidate) => candidate.port === Number(port))
    : undefined;
  if (/^\d+$/.test(port) && !byNumber)
    throw serviceUnavailable(`no service port ${port} found for service "${name}"`);
  const portName = byNumber ? (byNumber.name ?? '') : port;
  // A request must specify a named port, even if it is the only one.
  const slice = sliceOf(cluster, namespace, name);
  const endpoint = slice?.endpoints.find(({ conditions }) => conditions.ready);
  const pod = endpoint && cluster.get('pods', namespace, endpoint.targetRef.name);
  const target = slice?.ports.find((candidate) => candidate.name === portName);
  if (pod && target) return { pod, port: target.port };
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

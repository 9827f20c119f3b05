import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '../cluster.ts';
import { DURATIONS } from '../durations.ts';
import { ownedBy, isPodReady } from '../objects.ts';
import type { EndpointSlice, Pod, Service } from '../objects.ts';
import { matchesLabels } from '../selectors.ts';

const SLICES = 'endpointslices.discovery.k8s.io';

/** The label that names the Service of an EndpointSlice. */
export const SERVICE_NAME = 'kubernetes.io/service-name';

/** Updates the EndpointSlices of Services, and assigns addresses to load balancers after a delay. */
export function runServices(cluster: Cluster): void {
  for (const service of cluster.list('services')) {
    const { namespace } = service.metadata;
    if (service.spec.selector) writeSlice(cluster, service, cluster.list('pods', namespace));
    const age = cluster.clock.now() - Date.parse(service.metadata.creationTimestamp);
    if (service.spec.type === 'LoadBalancer' && age >= DURATIONS.loadBalancer) {
      cluster.setStatus('services', service, {
        loadBalancer: { ingress: [{ ip: publicIp(service.metadata.uid) }] },
      });
    }
  }
}

/** The slice of a Service, which owns it; undefined before there is one. */
export const sliceOf = (
  cluster: Cluster,
  namespace: string | undefined,
  name: string,
): EndpointSlice | undefined =>
  cluster.list(SLICES, namespace).find(({ metadata }) => metadata.labels?.[SERVICE_NAME] === name);

function writeSlice(cluster: Cluster, service: Service, pods: Pod[]): void {
  const { namespace = '', name } = service.metadata;
  const content = contentOf(service, pods);
  const slice = sliceOf(cluster, namespace, name);
  if (slice === undefined) {
    cluster.create(SLICES, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: `${name}-${service.metadata.uid.slice(0, 5)}`,
        namespace,
        labels: {
          [SERVICE_NAME]: name,
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        ownerReferences: [ownedBy(service)],
      },
      addressType: 'IPv4',
      ...content,
    });
  } else if (!isDeepStrictEqual({ endpoints: slice.endpoints, ports: slice.ports }, content)) {
    cluster.write(SLICES, { ...slice, ...content });
  }
}

function contentOf({ spec }: Service, pods: Pod[]): Pick<EndpointSlice, 'endpoints' | 'ports'> {
  const selected = pods.filter(
    ({ metadata, status }) =>
      matchesLabels(spec.selector, metadata.labels) && status?.podIP && status.phase !== 'Succeeded',
  );
  const first = selected[0];
  if (!first) return { endpoints: [], ports: [] };
  const ports = (spec.ports ?? []).flatMap(({ name = '', port, targetPort = port, protocol = 'TCP' }) => {
    const target = typeof targetPort === 'number' ? targetPort : namedPort(first, targetPort);
    return target === undefined ? [] : [{ name, port: target, protocol }];
  });
  if (ports.length === 0) return { endpoints: [], ports: [] };
  const endpoints = selected.map((pod) => {
    const { name, namespace = '', uid } = pod.metadata;
    const ready = isPodReady(pod);
    return {
      addresses: [pod.status?.podIP ?? ''],
      conditions: { ready, serving: ready, terminating: false },
      targetRef: { kind: 'Pod', name, namespace, uid },
    };
  });
  return { endpoints, ports };
}

const namedPort = ({ spec }: Pod, name: unknown) =>
  spec.containers.flatMap(({ ports = [] }) => ports).find((port) => port.name === name)?.containerPort;

/** A stable address for an object, from the range that is reserved for documentation. */
export const publicIp = (uid: string): string =>
  `203.0.113.${String((parseInt(uid.slice(0, 6), 16) % 254) + 1)}`;

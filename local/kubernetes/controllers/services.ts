import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '../cluster.ts';
import { DURATIONS } from '../durations.ts';
import type { EndpointSubset, Pod, Service } from '../objects.ts';
import { matchesLabels } from '../selectors.ts';
import { isPodReady } from './pods.ts';

/** Updates the Endpoints of Services, and assigns addresses to load balancers after a delay. */
export function runServices(cluster: Cluster): void {
  for (const service of cluster.list('services')) {
    const { namespace = '', name } = service.metadata;
    if (service.spec.selector) {
      const subsets = subsetsOf(service, cluster.list('pods', namespace));
      const endpoints = cluster.get('endpoints', namespace, name);
      if (!endpoints) {
        cluster.create('endpoints', {
          apiVersion: 'v1',
          kind: 'Endpoints',
          metadata: { name, namespace },
          subsets,
        });
      } else if (!isDeepStrictEqual(endpoints.subsets, subsets)) {
        cluster.write('endpoints', { ...endpoints, subsets });
      }
    }
    const age = cluster.clock.now() - Date.parse(service.metadata.creationTimestamp);
    if (service.spec.type === 'LoadBalancer' && age >= DURATIONS.loadBalancer) {
      cluster.setStatus('services', service, {
        loadBalancer: { ingress: [{ ip: publicIp(service.metadata.uid) }] },
      });
    }
  }
  for (const endpoints of cluster.list('endpoints')) {
    const { namespace, name } = endpoints.metadata;
    if (!cluster.get('services', namespace, name)) cluster.remove('endpoints', endpoints);
  }
}

function subsetsOf({ spec }: Service, pods: Pod[]): EndpointSubset[] {
  const selected = pods.filter(
    ({ metadata, status }) =>
      matchesLabels(spec.selector, metadata.labels) && status?.podIP && status.phase !== 'Succeeded',
  );
  const first = selected[0];
  if (!first) return [];
  const ports = (spec.ports ?? []).flatMap(({ name, port, targetPort = port, protocol = 'TCP' }) => {
    const target = typeof targetPort === 'number' ? targetPort : namedPort(first, targetPort);
    return target === undefined ? [] : [{ ...(name ? { name } : {}), port: target, protocol }];
  });
  if (ports.length === 0) return [];
  const addresses = (chosen: Pod[]) =>
    chosen.map(({ metadata: { name, namespace = '', uid }, status }) => ({
      ip: status?.podIP ?? '',
      targetRef: { kind: 'Pod', name, namespace, uid },
    }));
  const ready = addresses(selected.filter(isPodReady));
  const notReady = addresses(selected.filter((pod) => !isPodReady(pod)));
  return [
    {
      ...(ready.length > 0 ? { addresses: ready } : {}),
      ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
      ports,
    },
  ];
}

const namedPort = ({ spec }: Pod, name: unknown) =>
  spec.containers.flatMap(({ ports = [] }) => ports).find((port) => port.name === name)?.containerPort;

/** A stable address for an object, from the range that is reserved for documentation. */
export const publicIp = (uid: string): string =>
  `203.0.113.${String((parseInt(uid.slice(0, 6), 16) % 254) + 1)}`;

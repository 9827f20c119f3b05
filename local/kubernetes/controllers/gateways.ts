import type { Cluster } from '../cluster.ts';
import { DURATIONS } from '../durations.ts';
import { isRecord, recordAt, setCondition } from '../objects.ts';
import type { ApiObject, Condition } from '../objects.ts';
import { publicIp } from './services.ts';

const CLASSES = 'gatewayclasses.gateway.networking.k8s.io';
const GATEWAYS = 'gateways.gateway.networking.k8s.io';
const ROUTES = 'httproutes.gateway.networking.k8s.io';

const isTrue = (type: string, reason = type): Condition => ({ type, status: 'True', reason });

const conditionsOf = (status: unknown, conditions: Condition[], now: number) =>
  conditions.reduce<Condition[] | undefined>(
    (all, condition) => setCondition(all, condition, now),
    isRecord(status) ? (status['conditions'] as Condition[] | undefined) : undefined,
  );

/** Gateways of a known class get an address after a while; routes are accepted by the Gateways they name. */
export function runGateways(cluster: Cluster): void {
  const now = cluster.clock.now();
  for (const gateway of cluster.list(GATEWAYS)) {
    const className = String(recordAt(gateway, 'spec')['gatewayClassName']);
    if (!cluster.get(CLASSES, undefined, className)) continue;
    const isProgrammed = now >= Date.parse(gateway.metadata.creationTimestamp) + DURATIONS.gateway;
    const conditions = [isTrue('Accepted'), ...(isProgrammed ? [isTrue('Programmed')] : [])];
    cluster.setStatus(GATEWAYS, gateway, {
      conditions: conditionsOf(gateway['status'], conditions, now),
      ...(isProgrammed ? { addresses: [{ type: 'IPAddress', value: publicIp(gateway.metadata.uid) }] } : {}),
    });
  }
  for (const route of cluster.list(ROUTES)) {
    cluster.setStatus(ROUTES, route, { parents: parentsOf(cluster, route, now) });
  }
}

function parentsOf(cluster: Cluster, route: ApiObject, now: number) {
  const references = recordAt(route, 'spec')['parentRefs'];
  const before = recordAt(route, 'status')['parents'];
  return (Array.isArray(references) ? references : []).flatMap((parentRef: unknown, index) => {
    const { name, namespace = route.metadata.namespace } = isRecord(parentRef) ? parentRef : {};
    if (!cluster.get(GATEWAYS, String(namespace), String(name))) return [];
    const status: unknown = Array.isArray(before) ? before[index] : undefined;
    const conditions = conditionsOf(status, [isTrue('Accepted'), isTrue('ResolvedRefs')], now);
    return [{ parentRef, controllerName: 'istio.io/gateway-controller', conditions }];
  });
}

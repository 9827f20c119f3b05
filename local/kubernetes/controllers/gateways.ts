import type { Cluster } from '../cluster.ts';
import { DURATIONS } from '../durations.ts';
import { isRecord, recordAt, setCondition } from '../objects.ts';
import type { ApiObject, Condition, JsonRecord } from '../objects.ts';
import { matchesLabels } from '../selectors.ts';
import { publicIp } from './services.ts';

const CLASSES = 'gatewayclasses.gateway.networking.k8s.io';
const GATEWAYS = 'gateways.gateway.networking.k8s.io';
const ROUTES = 'httproutes.gateway.networking.k8s.io';

const isTrue = (type: string, reason = type): Condition => ({ type, status: 'True', reason });
const isFalse = (type: string, reason: string, message: string): Condition => ({
  type,
  status: 'False',
  reason,
  message,
});

const listAt = (value: unknown, member: string): JsonRecord[] => {
  const list = isRecord(value) ? value[member] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
};

const conditionsOf = (status: unknown, conditions: Condition[], now: number) =>
  conditions.reduce<Condition[] | undefined>(
    (all, condition) => setCondition(all, condition, now),
    isRecord(status) ? (status['conditions'] as Condition[] | undefined) : undefined,
  );

/** Simulates the Gateway controller: it assigns addresses after a delay and accepts routes. */
export function runGateways(cluster: Cluster): void {
  const now = cluster.clock.now();
  for (const gateway of cluster.list(GATEWAYS)) {
    const className = String(recordAt(gateway, 'spec')['gatewayClassName']);
    if (!cluster.get(CLASSES, undefined, className)) continue;
    const isProgrammed = now >= Date.parse(gateway.metadata.creationTimestamp) + DURATIONS.gateway;
    const programmed = isProgrammed
      ? isTrue('Programmed')
      : isFalse('Programmed', 'AddressNotAssigned', 'Assigned to service(s), but no address is ready yet');
    cluster.setStatus(GATEWAYS, gateway, {
      conditions: conditionsOf(gateway['status'], [isTrue('Accepted'), programmed], now),
      listeners: listenersOf(cluster, gateway, now),
      ...(isProgrammed ? { addresses: [{ type: 'IPAddress', value: publicIp(gateway.metadata.uid) }] } : {}),
    });
  }
  for (const route of cluster.list(ROUTES)) {
    cluster.setStatus(ROUTES, route, { parents: parentsOf(cluster, route, now) });
  }
}

function listenersOf(cluster: Cluster, gateway: ApiObject, now: number) {
  const before = listAt(gateway['status'], 'listeners');
  const routes = cluster.list(ROUTES);
  return listAt(gateway['spec'], 'listeners').map((listener) => {
    const name = String(listener['name']);
    const attached = routes.filter((route) =>
      referencesOf(route).some(
        (reference) =>
          refersTo(reference, route, gateway) &&
          (reference['sectionName'] ?? name) === name &&
          isAllowed(cluster, listener, route, gateway),
      ),
    );
    const missing = missingCertificate(cluster, listener, gateway);
    const resolved =
      missing === undefined
        ? isTrue('ResolvedRefs')
        : isFalse('ResolvedRefs', 'InvalidCertificateRef', `Secret "${missing}" not found`);
    const status = before.find((known) => known['name'] === name);
    return {
      name,
      attachedRoutes: attached.length,
      supportedKinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
      conditions: conditionsOf(status, [isTrue('Accepted'), resolved], now),
    };
  });
}

const missingCertificate = (cluster: Cluster, listener: JsonRecord, { metadata }: ApiObject) =>
  listAt(recordAt(listener, 'tls'), 'certificateRefs')
    .map(({ name }) => String(name))
    .find((name) => !cluster.get('secrets', metadata.namespace, name));

const referencesOf = (route: ApiObject) => listAt(route['spec'], 'parentRefs');

const refersTo = ({ name, namespace }: JsonRecord, route: ApiObject, { metadata }: ApiObject) =>
  name === metadata.name && (namespace ?? route.metadata.namespace) === metadata.namespace;

/** Whether a listener allows routes from the namespace of the route; by default only from its own namespace. */
function isAllowed(cluster: Cluster, listener: JsonRecord, route: ApiObject, gateway: ApiObject): boolean {
  const { from = 'Same', selector } = recordAt(recordAt(listener, 'allowedRoutes'), 'namespaces');
  if (from === 'All') return true;
  if (from === 'Same') return route.metadata.namespace === gateway.metadata.namespace;
  const labels = recordAt(selector, 'matchLabels') as Record<string, string>;
  const namespace = cluster.get('namespaces', undefined, route.metadata.namespace ?? '');
  return matchesLabels(labels, namespace?.metadata.labels);
}

function parentsOf(cluster: Cluster, route: ApiObject, now: number) {
  const before = listAt(route['status'], 'parents');
  return referencesOf(route).flatMap((parentRef) => {
    const { name, namespace = route.metadata.namespace } = parentRef;
    const gateway = cluster.get(GATEWAYS, String(namespace), String(name));
    if (!gateway) return [];
    const listeners = listAt(gateway['spec'], 'listeners').filter(
      (listener) => (parentRef['sectionName'] ?? listener['name']) === listener['name'],
    );
    const accepted =
      listeners.length === 0
        ? isFalse('Accepted', 'NoMatchingParent', `no listener ${String(parentRef['sectionName'])}`)
        : listeners.some((listener) => isAllowed(cluster, listener, route, gateway))
          ? isTrue('Accepted')
          : isFalse('Accepted', 'NotAllowedByListeners', 'no listener takes routes from this namespace');
    const status = before.find((parent) => recordAt(parent, 'parentRef')['name'] === name);
    const conditions = conditionsOf(status, [accepted, isTrue('ResolvedRefs')], now);
    return [{ parentRef, controllerName: 'istio.io/gateway-controller', conditions }];
  });
}

import { publicHost } from '../domain/public-access.ts';
import { GATEWAY, GATEWAY_HEALTH_PORT, GATEWAY_PODS, gateway as gatewayOf } from '../manifests/gateway.ts';
import type { KubernetesApp } from '../manifests/labels.ts';
import { namespace } from '../manifests/namespace.ts';
import { allowIngress, denyIngress } from '../manifests/network.ts';
import { at, listAt } from './canary.ts';
import { CanaryError, type CanaryCluster, type Component, type ManifestContext } from './component.ts';

const VERSION = 'approuting-istio';
const CERTIFICATE = 'gateway-tls';

/**
 * The gateway for public access. Its certificate is self-signed; clients trust it by the copy in the outputs.
 * It is created once, and a Secret of the same name that a user provides is kept. AKS has no TLS without a
 * DNS zone and a key vault in the subscription.
 */
export const gateway: Component = {
  name: 'gateway',
  title: 'Gateway',
  version: VERSION,
  summary: 'Public access to the tools that authenticate callers, from the allowed networks',
  // The first caller of a new ZenML server becomes its administrator, so its canary must run first. MLflow
  // may not have required credentials until now.
  dependsOn: ['zenml', 'mlflow'],
  when: ({ access }) => access.kind === 'public',
  workload: {
    namespace: GATEWAY.namespace,
    secrets: [],
    certificates: [{ name: CERTIFICATE, namespace: GATEWAY.namespace, host: 'public' }],
    manifests,
    canary,
    usual: { install: 60, canary: 2 },
  },
  outputs: ({ spec, names }) => ({
    gateway: {
      host: publicHost(names, spec.location),
      certificate: { secret: { namespace: GATEWAY.namespace, name: CERTIFICATE, key: 'tls.crt' } },
    },
  }),
};

function manifests({ stack, public: access }: ManifestContext) {
  if (access === undefined) return [];
  const app: KubernetesApp = {
    name: 'gateway',
    version: VERSION,
    namespace: GATEWAY.namespace,
    stack,
    role: 'gateway',
  };
  return [
    // AKS creates its pods and does not guarantee the standard `restricted`.
    namespace(app, 'baseline'),
    denyIngress(app),
    allowIngress(app, 'gateway', GATEWAY_PODS, [...access.ports, GATEWAY_HEALTH_PORT]),
    ...(access.ports.length > 0 ? [gatewayOf(app, access, CERTIFICATE)] : []),
  ];
}

const NEEDED = ['Accepted', 'Programmed', 'ResolvedRefs'];

/** Checks that every listener works: its route is accepted and has a service. */
async function canary(cluster: CanaryCluster): Promise<void> {
  const found = await cluster.read({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    ...GATEWAY,
  });
  for (const listener of listAt(found, 'status', 'listeners')) {
    const name = String(at(listener, 'name'));
    const broken = listAt(listener, 'conditions').find(
      (condition) => NEEDED.includes(String(at(condition, 'type'))) && at(condition, 'status') === 'False',
    );
    if (broken !== undefined) throw new CanaryError(`${name}: ${String(at(broken, 'message'))}`);
    if (Number(at(listener, 'attachedRoutes')) < 1) throw new CanaryError(`${name}: it has no route`);
  }
}

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
 * The way in from outside. The stack signs the certificate itself; callers trust it by the copy in the outputs.
 * It is made once: a Secret of this name that is put in its place is kept. AKS has no TLS without a DNS zone and
 * a vault of the subscription's own.
 */
export const gateway: Component = {
  name: 'gateway',
  title: 'Gateway',
  version: VERSION,
  summary: 'Public access to the tools that know their callers, from the allowed networks',
  // Whoever reaches a new ZenML server first becomes its administrator, so its canary does before; and MLflow
  // may have asked nobody for credentials until now.
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
    // Its pods are made by AKS, which does not promise them to be `restricted`.
    namespace(app, 'baseline'),
    denyIngress(app),
    allowIngress(app, 'gateway', GATEWAY_PODS, [...access.ports, GATEWAY_HEALTH_PORT]),
    ...(access.ports.length > 0 ? [gatewayOf(app, access, CERTIFICATE)] : []),
  ];
}

const NEEDED = ['Accepted', 'Programmed', 'ResolvedRefs'];

/** Whether every tool that has a port there is reached: its route is accepted, and leads somewhere. */
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
    if (Number(at(listener, 'attachedRoutes')) < 1)
      throw new CanaryError(`${name}: no route leads on from it`);
  }
}

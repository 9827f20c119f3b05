import type { PublicAccess } from '../domain/public-access.ts';
import { metadata, type KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';

const API = 'gateway.networking.k8s.io/v1';

/** The one gateway of a stack; routes in other namespaces refer to it. */
export const GATEWAY = { namespace: 'matcha-gateway', name: 'public' } as const;

/** The label that the gateway's controller gives to the pods it makes for a Gateway (gateway-api.sigs.k8s.io). */
export const GATEWAY_PODS = { 'gateway.networking.k8s.io/gateway-name': GATEWAY.name };

/** Where Azure's load balancer asks the gateway's pods whether they are well. */
export const GATEWAY_HEALTH_PORT = 15021;

const listener = (port: number) => `https-${port}`;

/**
 * A Gateway of AKS's application routing, at an address with a name of Azure. `certificate` names a TLS Secret
 * beside it. Who is let in is a rule of Azure's network security group: behind the load balancer the addresses
 * of callers are not known any more.
 */
export const gateway = (
  app: KubernetesApp,
  { host, allowFrom, ports }: PublicAccess,
  certificate: string,
): KubernetesObject => ({
  apiVersion: API,
  kind: 'Gateway',
  metadata: metadata(app, GATEWAY.name),
  spec: {
    gatewayClassName: 'approuting-istio',
    infrastructure: {
      annotations: {
        'service.beta.kubernetes.io/azure-dns-label-name': host.slice(0, host.indexOf('.')),
        'service.beta.kubernetes.io/azure-allowed-ip-ranges': allowFrom.join(','),
      },
    },
    listeners: ports.map((port) => ({
      name: listener(port),
      hostname: host,
      port,
      protocol: 'HTTPS',
      tls: { mode: 'Terminate', certificateRefs: [{ name: certificate }] },
      allowedRoutes: {
        namespaces: {
          from: 'Selector',
          selector: { matchLabels: { 'app.kubernetes.io/part-of': 'matcha' } },
        },
      },
    })),
  },
});

/** Leads everything that arrives at a port of the gateway to a service of the app's namespace. */
export const publicRoute = (
  app: KubernetesApp,
  { host }: PublicAccess,
  endpoint: { service: string; port: number; public: number },
): KubernetesObject => ({
  apiVersion: API,
  kind: 'HTTPRoute',
  metadata: metadata(app, app.name),
  spec: {
    parentRefs: [{ ...GATEWAY, sectionName: listener(endpoint.public) }],
    hostnames: [host],
    rules: [{ backendRefs: [{ name: endpoint.service, port: endpoint.port }] }],
  },
});

import { metadata, selector, type KubernetesApp } from './labels.ts';
import { unlessEmpty, type KubernetesObject } from './object.ts';

/** A service inside the cluster that forwards `port` to the port named `target` of the pods. */
export const service = (
  app: KubernetesApp,
  name: string,
  port: number,
  target: string,
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(app, name),
  spec: {
    type: 'ClusterIP',
    selector: selector(app),
    ports: [{ name: target, port, targetPort: target }],
  },
});

/** A service for the port `http` of an app's pods, and the policies that allow connections to this port only. */
export const httpService = (app: KubernetesApp, name: string, port: number): KubernetesObject[] => [
  service(app, name, port, 'http'),
  denyIngress(app),
  allowIngress(app, name, selector(app), ['http']),
];

/** Denies all connections to the pods of a namespace; other policies allow the needed ones. */
export const denyIngress = (app: KubernetesApp): KubernetesObject => networkPolicy(app, 'deny-ingress', {});

/**
 * Allows connections to ports of the selected pods from every address that reaches the cluster's network.
 * Calls through the API server's service proxy and port forwards come from addresses of nodes or konnectivity
 * agents, which differ between clusters and which a selector cannot name.
 */
export const allowIngress = (
  app: KubernetesApp,
  name: string,
  pods: Record<string, string>,
  ports: (string | number)[],
): KubernetesObject =>
  networkPolicy(app, name, pods, [{ ports: ports.map((port) => ({ protocol: 'TCP', port })) }]);

const networkPolicy = (
  app: KubernetesApp,
  name: string,
  pods: Record<string, string>,
  ingress: object[] = [],
): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: metadata(app, name),
  spec: {
    podSelector: Object.keys(pods).length > 0 ? { matchLabels: pods } : {},
    policyTypes: ['Ingress'],
    ...unlessEmpty({ ingress }),
  },
});

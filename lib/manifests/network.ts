import { metadata, selector, type KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';

/** A service inside the cluster that passes `port` on to the port of the pods named `target`. */
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

/** Refuses every connection to the pods of a namespace; other policies allow what is needed. */
export const denyIngress = (app: KubernetesApp): KubernetesObject =>
  networkPolicy(app, 'deny-ingress', {}, []);

/**
 * Allows connections to some ports of the selected pods, from anywhere that can reach the cluster's network:
 * calls through the API server's service proxy and port forwards arrive from addresses of the nodes or of the
 * konnectivity agents, which differ by cluster and cannot be named by a selector.
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
  ingress: object[],
): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: metadata(app, name),
  spec: {
    podSelector: Object.keys(pods).length > 0 ? { matchLabels: pods } : {},
    policyTypes: ['Ingress'],
    ingress,
  },
});

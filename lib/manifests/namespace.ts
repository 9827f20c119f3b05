import { clusterMetadata, labels, type KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';

/**
 * The app's namespace. `restricted` and `baseline` are Pod Security Standards that its pods must meet;
 * baseline is for namespaces where others run pods that they wrote themselves, `privileged` for what works on
 * the nodes.
 */
export const namespace = (
  app: KubernetesApp,
  standard: 'restricted' | 'baseline' | 'privileged',
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    ...clusterMetadata(app, app.namespace),
    labels: { ...labels(app), 'pod-security.kubernetes.io/enforce': standard },
  },
});

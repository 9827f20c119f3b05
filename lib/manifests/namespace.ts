import { clusterMetadata, labels, type KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';

/**
 * The namespace of an app, with the Pod Security Standard that its pods must meet: `restricted`, `baseline`
 * for namespaces with pods that users define, or `privileged` for node software.
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

import type { KubernetesObject, ObjectMeta } from './object.ts';

/** The namespace of Matcha itself: it exists before the namespaces of the components and after them. */
export const SYSTEM_NAMESPACE = 'matcha-system';

const LABELS = { 'app.kubernetes.io/managed-by': 'matcha', 'app.kubernetes.io/part-of': 'matcha' };

/** Metadata of an object in the namespace. */
export const systemMetadata = (name: string, labels: Record<string, string> = {}): ObjectMeta => ({
  name,
  namespace: SYSTEM_NAMESPACE,
  labels: { ...LABELS, ...labels },
});

export const systemNamespace = (): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: SYSTEM_NAMESPACE,
    labels: { ...LABELS, 'pod-security.kubernetes.io/enforce': 'restricted' },
  },
});

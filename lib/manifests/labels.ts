import type { KubernetesObject, ObjectMeta } from './object.ts';

/** The identity of a workload in the labels of its Kubernetes objects. */
export interface KubernetesApp {
  name: string;
  version: string;
  namespace: string;
  /** The name of its stack. */
  stack: string;
  /** Its role in the stack, such as `tracking-server`. */
  role: string;
}

/** Kubernetes' recommended labels (kubernetes.io, "Recommended Labels"). */
export const labels = ({ name, version, stack, role }: KubernetesApp): Record<string, string> => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': stack,
  'app.kubernetes.io/version': version,
  'app.kubernetes.io/component': role,
  'app.kubernetes.io/part-of': 'matcha',
  'app.kubernetes.io/managed-by': 'matcha',
});

/**
 * The labels that select an app's pods. They are constant, because the selector of a workload cannot change.
 */
export const selector = ({ name, stack }: KubernetesApp): Record<string, string> => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': stack,
});

/** Metadata of an object in the app's namespace. */
export const metadata = (app: KubernetesApp, name: string): ObjectMeta => ({
  name,
  namespace: app.namespace,
  labels: labels(app),
});

/** Metadata of an object without a namespace. */
export const clusterMetadata = (app: KubernetesApp, name: string): ObjectMeta => ({
  name,
  labels: labels(app),
});

/** The stack of an object. */
export const stackOf = ({ metadata: { labels } }: KubernetesObject): string | undefined =>
  labels?.['app.kubernetes.io/instance'];

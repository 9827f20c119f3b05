import type { ObjectMeta } from './object.ts';

/** A tool as its Kubernetes objects name it. */
export interface KubernetesApp {
  name: string;
  version: string;
  namespace: string;
  /** The stack it belongs to. */
  stack: string;
  /** What it is in the stack, such as `tracking-server`. */
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

/** The labels that find an app's pods. They never change, because the selector of a workload cannot. */
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

/** Metadata of an object that belongs to no namespace. */
export const clusterMetadata = (app: KubernetesApp, name: string): ObjectMeta => ({
  name,
  labels: labels(app),
});

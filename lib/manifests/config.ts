import { metadata, type KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';

export const configMap = (
  app: KubernetesApp,
  name: string,
  data: Record<string, string>,
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata(app, name),
  data,
});

/** Values must be ASCII. */
export const secret = (
  app: KubernetesApp,
  name: string,
  values: Record<string, string>,
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: metadata(app, name),
  type: 'Opaque',
  data: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, btoa(value)])),
});

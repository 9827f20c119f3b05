import { metadata, type KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';

/** A disk of the cluster's default storage class, for one node at a time. */
export const claimSpec = (size: string): object => ({
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: size } },
});

/** `size` is a quantity such as `10Gi`. */
export const persistentVolumeClaim = (app: KubernetesApp, name: string, size: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: metadata(app, name),
  spec: claimSpec(size),
});

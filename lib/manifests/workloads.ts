import { metadata, type KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';
import { podSelector, podTemplate, type Pod } from './pod.ts';
import { claimSpec } from './storage.ts';

/**
 * A Deployment of one pod. It is stopped before its successor starts: two processes must never write to the
 * same SQLite file, and a disk can be attached to one node only.
 */
export const deployment = (app: KubernetesApp, name: string, pod: Pod): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(app, name),
  spec: {
    replicas: 1,
    strategy: { type: 'Recreate' },
    selector: { matchLabels: podSelector(app, pod) },
    template: podTemplate(app, pod),
  },
});

/** A DaemonSet: one pod on each node that the pod asks for. */
export const daemonSet = (app: KubernetesApp, name: string, pod: Pod): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: metadata(app, name),
  spec: {
    selector: { matchLabels: podSelector(app, pod) },
    template: podTemplate(app, pod),
  },
});

/** A StatefulSet of one pod with a disk of its own; `size` is a quantity such as `10Gi`. */
export const statefulSet = (
  app: KubernetesApp,
  name: string,
  pod: Pod,
  disk: { service: string; volume: string; size: string },
): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: metadata(app, name),
  spec: {
    replicas: 1,
    serviceName: disk.service,
    // Else a pod that does not come up is never replaced, not even by one that would (kubernetes/kubernetes#67250).
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: podSelector(app, pod) },
    template: podTemplate(app, pod),
    volumeClaimTemplates: [{ metadata: { name: disk.volume }, spec: claimSpec(disk.size) }],
  },
});

import { metadata, type KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';
import { podSelector, podTemplate, type Pod } from './pod.ts';
import { claimSpec } from './storage.ts';

/**
 * A Deployment of one pod. The old pod stops before the new one starts: two processes must never write to the
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

/** A DaemonSet: one pod on each node that the pod selects. */
export const daemonSet = (app: KubernetesApp, name: string, pod: Pod): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: metadata(app, name),
  spec: {
    selector: { matchLabels: podSelector(app, pod) },
    template: podTemplate(app, pod),
  },
});

/** A StatefulSet of one pod with its own disk; `size` is a quantity such as `10Gi`. */
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
    // Otherwise a pod that never becomes ready is not replaced by an update (kubernetes/kubernetes#67250).
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: podSelector(app, pod) },
    template: podTemplate(app, pod),
    volumeClaimTemplates: [{ metadata: { name: disk.volume }, spec: claimSpec(disk.size) }],
  },
});

/**
 * A Job of one pod that runs once. `deadline` is the limit for all of it in seconds, `keptFor` how long it stays after
 * its end. A suspended Job has no pod yet.
 */
export const job = (
  app: KubernetesApp,
  name: string,
  pod: Pod,
  { deadline, keptFor, suspend }: { deadline: number; keptFor: number; suspend: boolean },
): KubernetesObject => {
  const { metadata: labels, spec } = podTemplate(app, pod);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadata(app, name),
    spec: {
      suspend,
      backoffLimit: 0,
      activeDeadlineSeconds: deadline,
      ttlSecondsAfterFinished: keptFor,
      template: { metadata: labels, spec: { ...spec, restartPolicy: 'Never' } },
    },
  };
};

import { environment, type Environment } from './environment.ts';
import { labels, selector, type App } from './labels.ts';
import type { Probe } from './probes.ts';

/** A pod of one container that serves. */
export interface Pod {
  serviceAccount: string;
  /** Whether the process calls the Kubernetes API; only then does it get a token. */
  callsKubernetes?: boolean;
  /** User and group of the process, and group of its volumes. */
  uid: number;
  container: Container;
  volumes?: Volume[];
  /** The labels that select the pods, where the usual ones are not possible. */
  selector?: Record<string, string>;
  /** Labels beside the usual ones. */
  labels?: Record<string, string>;
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  environment?: Environment;
  /** By name. */
  ports: Record<string, number>;
  resources: { requests: Quantities; limits: Partial<Quantities> & { memory: string } };
  probes: { startup: Probe; liveness: Probe; readiness: Probe };
  /** Whether the process writes outside of its volumes. */
  writableRoot?: boolean;
}

interface Quantities {
  cpu: string;
  memory: string;
}

/** Something mounted into the container. */
export type Volume = { name: string; path: string } & (
  { claim: string } | { emptyDir: true } | { configMap: string; key: string } | { template: true }
);

/** The labels that select the pods of a workload. */
export const podSelector = (app: App, pod: Pod): Record<string, string> => pod.selector ?? selector(app);

/** A pod template that meets the Pod Security Standard `restricted`. */
export const podTemplate = (app: App, pod: Pod): object => ({
  metadata: { labels: { ...labels(app), ...podSelector(app, pod), ...pod.labels } },
  spec: {
    serviceAccountName: pod.serviceAccount,
    automountServiceAccountToken: pod.callsKubernetes === true,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: pod.uid,
      runAsGroup: pod.uid,
      fsGroup: pod.uid,
      // Changing the owner of every file of a large volume at each start would take minutes.
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(pod.container, pod.volumes ?? [])],
    volumes: (pod.volumes ?? []).flatMap(volume),
  },
});

const container = (
  { probes, ports, environment: values = {}, writableRoot, ...rest }: Container,
  volumes: Volume[],
) => ({
  ...rest,
  ports: Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort })),
  env: environment(values),
  startupProbe: probes.startup,
  livenessProbe: probes.liveness,
  readinessProbe: probes.readiness,
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: writableRoot !== true,
    capabilities: { drop: ['ALL'] },
  },
  volumeMounts: volumes.map((mounted) => ({
    name: mounted.name,
    mountPath: mounted.path,
    ...('configMap' in mounted && { subPath: mounted.key, readOnly: true }),
  })),
});

/** Volumes of a StatefulSet's claim template are not listed in the pod. */
const volume = (mounted: Volume): object[] => {
  const { name } = mounted;
  if ('claim' in mounted) return [{ name, persistentVolumeClaim: { claimName: mounted.claim } }];
  if ('configMap' in mounted) return [{ name, configMap: { name: mounted.configMap } }];
  if ('emptyDir' in mounted) return [{ name, emptyDir: {} }];
  return [];
};

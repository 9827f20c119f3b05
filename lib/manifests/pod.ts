import { environment, type Environment } from './environment.ts';
import { labels, selector, type KubernetesApp } from './labels.ts';
import { unlessEmpty } from './object.ts';
import type { Probe } from './probes.ts';

/** A pod with one container. */
export interface Pod {
  serviceAccount: string;
  /** Whether the process calls the Kubernetes API; otherwise it gets no token. */
  callsKubernetes?: boolean;
  /** The user and group of the process and the group of its volumes; or the reason that it must be root. */
  uid: number | { root: string };
  container: Container;
  volumes?: Volume[];
  /** The labels that select the pods, when the usual ones are not possible. */
  selector?: Record<string, string>;
  /** Additional labels. */
  labels?: Record<string, string>;
  /** The nodes that it runs on, by labels and taints; by default all nodes without taints. */
  nodes?: { labels: Record<string, string>; tolerations: Toleration[] };
  /** Whether the node is useless without it, so that it may evict other pods. */
  isNodeCritical?: boolean;
}

export interface Toleration {
  key: string;
  value: string;
  effect: 'NoSchedule';
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  environment?: Environment;
  /** By name. A container without a server has neither ports nor probes. */
  ports?: Record<string, number>;
  resources: { requests: Quantities; limits: Partial<Quantities> & { memory: string } };
  probes?: { startup: Probe; liveness: Probe; readiness: Probe };
  /** Whether the process writes outside its volumes. */
  writableRoot?: boolean;
}

interface Quantities {
  cpu: string;
  memory: string;
}

/** A volume that is mounted into the container. */
export type Volume = { name: string; path: string } & (
  | { claim: string }
  | { emptyDir: true }
  | { configMap: string; key: string }
  | { secret: string; key: string }
  | { hostPath: string }
  | { template: true }
);

/** The labels that select the pods of a workload. */
export const podSelector = (app: KubernetesApp, pod: Pod): Record<string, string> =>
  pod.selector ?? selector(app);

const ROOT_REASON = 'matcha.dev/run-as-root-reason';

/** A pod template that meets the Pod Security Standard `restricted`, unless it must be root. */
export const podTemplate = (app: KubernetesApp, pod: Pod): { metadata: object; spec: object } => ({
  metadata: {
    labels: { ...labels(app), ...podSelector(app, pod), ...pod.labels },
    ...(typeof pod.uid === 'object' && { annotations: { [ROOT_REASON]: pod.uid.root } }),
  },
  spec: {
    serviceAccountName: pod.serviceAccount,
    automountServiceAccountToken: pod.callsKubernetes === true,
    // Otherwise Kubernetes sets variables such as TOOL_PORT=tcp://..., which tools read as their own
    // settings.
    enableServiceLinks: false,
    ...(pod.nodes && { nodeSelector: pod.nodes.labels, tolerations: pod.nodes.tolerations }),
    ...(pod.isNodeCritical && { priorityClassName: 'system-node-critical' }),
    securityContext: { ...user(pod.uid), seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container(pod.container, pod.volumes ?? [])],
    ...unlessEmpty({ volumes: (pod.volumes ?? []).flatMap(volume) }),
  },
});

const user = (uid: Pod['uid']) =>
  typeof uid === 'object'
    ? { runAsUser: 0 }
    : {
        runAsNonRoot: true,
        runAsUser: uid,
        runAsGroup: uid,
        fsGroup: uid,
        // To change the owner of all files of a large volume at each start takes minutes.
        fsGroupChangePolicy: 'OnRootMismatch',
      };

const container = (
  { probes, ports = {}, environment: values = {}, writableRoot, ...rest }: Container,
  volumes: Volume[],
) => ({
  ...rest,
  ...unlessEmpty({ ports: Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort })) }),
  ...unlessEmpty({ env: environment(values) }),
  ...(probes && {
    startupProbe: probes.startup,
    livenessProbe: probes.liveness,
    readinessProbe: probes.readiness,
  }),
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: writableRoot !== true,
    capabilities: { drop: ['ALL'] },
  },
  ...unlessEmpty({
    volumeMounts: volumes.map((mounted) => ({
      name: mounted.name,
      mountPath: mounted.path,
      ...('key' in mounted && { subPath: mounted.key, readOnly: true }),
    })),
  }),
});

/** The volume in a pod. Volumes from a StatefulSet's claim template are not listed there. */
const volume = (mounted: Volume): object[] => {
  const { name } = mounted;
  if ('claim' in mounted) return [{ name, persistentVolumeClaim: { claimName: mounted.claim } }];
  if ('configMap' in mounted) return [{ name, configMap: { name: mounted.configMap } }];
  if ('secret' in mounted) return [{ name, secret: { secretName: mounted.secret } }];
  if ('hostPath' in mounted) return [{ name, hostPath: { path: mounted.hostPath, type: 'Directory' } }];
  if ('emptyDir' in mounted) return [{ name, emptyDir: {} }];
  return [];
};

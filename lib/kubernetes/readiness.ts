import { MINUTE } from '../domain/duration.ts';
import { done, failed, pending, type Outcome } from '../domain/outcome.ts';
import { problem, type ProblemCode } from '../domain/problem.ts';
import type { KubernetesObject } from '../manifests/object.ts';

/** Times in milliseconds since the epoch. */
export interface Times {
  now: number;
  /** When the waiting began. */
  since: number;
}

/** The fields of a workload that show whether it is ready. */
export interface WorkloadObject extends KubernetesObject {
  spec?: { replicas?: number; template?: { metadata?: { labels?: Record<string, string> } } };
  status?: {
    observedGeneration?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    desiredNumberScheduled?: number;
    updatedNumberScheduled?: number;
    numberReady?: number;
    conditions?: { type: string; status: string; message?: string }[];
  };
}

/** The fields of a pod that show why it is not ready. */
export interface PodObject extends KubernetesObject {
  status?: {
    phase?: string;
    conditions?: PodCondition[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

interface PodCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount?: number;
  state?: { waiting?: { reason?: string; message?: string } };
}

/**
 * Reasons of waiting containers, and their problems. A crash gets a few restarts, because dependencies may
 * start later.
 */
const WAITING: Record<string, { code: ProblemCode; restarts: number }> = {
  ImagePullBackOff: { code: 'IMAGE_PULL', restarts: 0 },
  InvalidImageName: { code: 'IMAGE_PULL', restarts: 0 },
  CrashLoopBackOff: { code: 'CRASH_LOOP', restarts: 3 },
  CreateContainerConfigError: { code: 'COMPONENT_NOT_READY', restarts: 0 },
  RunContainerError: { code: 'CRASH_LOOP', restarts: 3 },
};

/** Seconds between checks of a workload. */
const POLL_EVERY = 5;

/** How long a pod may wait for a node, in milliseconds. The autoscaler needs minutes to add one. */
const SCHEDULING_GRACE = 10 * MINUTE * 1000;

/**
 * Whether a Deployment, StatefulSet or DaemonSet is ready; otherwise what it waits for, or the problem of its
 * pods.
 */
export function readinessOf(
  title: string,
  workload: WorkloadObject,
  pods: readonly PodObject[],
  { now }: Times,
): Outcome {
  if (isUp(workload)) return done;
  const { wanted, up } = countsOf(workload);
  for (const pod of pods.filter((pod) => isCurrent(workload, pod))) {
    const failure = failureOf(title, pod, now);
    if (failure !== undefined) return failure;
  }
  return pending(
    `${String(up)} of ${String(wanted)} ready: ${pods.map(activityOf).join(', ') || 'no pod yet'}`,
    POLL_EVERY,
  );
}

/** Whether the newest revision is observed, and all its pods are ready. */
export function isUp(workload: WorkloadObject): boolean {
  const { wanted, updated, up } = countsOf(workload);
  const { observedGeneration = 0 } = workload.status ?? {};
  const { generation = 0 } = workload.metadata as { generation?: number };
  return observedGeneration >= generation && updated >= wanted && up >= wanted;
}

/**
 * Whether a pod belongs to the newest revision and is not being deleted. Problems of other pods do not
 * matter.
 */
function isCurrent({ spec }: WorkloadObject, { metadata }: PodObject): boolean {
  const { deletionTimestamp } = metadata as { deletionTimestamp?: string };
  const labels = Object.entries(spec?.template?.metadata?.labels ?? {});
  return (
    deletionTimestamp === undefined && labels.every(([label, value]) => metadata.labels?.[label] === value)
  );
}

/**
 * The number of pods that are wanted, of the newest revision, and ready. A DaemonSet has one on each of its
 * nodes.
 */
function countsOf({ kind, spec, status = {} }: WorkloadObject) {
  if (kind === 'DaemonSet') {
    const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberReady = 0 } = status;
    return { wanted: desiredNumberScheduled, updated: updatedNumberScheduled, up: numberReady };
  }
  const { updatedReplicas = 0, readyReplicas = 0 } = status;
  return { wanted: spec?.replicas ?? 1, updated: updatedReplicas, up: readyReplicas };
}

/** Whether a Gateway has its address and its rules are active. */
export function gatewayReadiness({ status }: WorkloadObject): Outcome {
  const programmed = status?.conditions?.find(({ type }) => type === 'Programmed');
  if (programmed?.status === 'True') return done;
  return pending(programmed?.message ?? 'waiting for its address', POLL_EVERY);
}

function failureOf(title: string, pod: PodObject, now: number): Outcome | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  for (const { name, restartCount = 0, state } of [...initContainerStatuses, ...containerStatuses]) {
    const { reason = '', message } = state?.waiting ?? {};
    const known = WAITING[reason];
    if (known !== undefined && restartCount >= known.restarts) {
      const cause = `${reason} in ${pod.metadata.name}/${name}${message === undefined ? '' : `: ${message}`}`;
      return failed(problem(known.code, `${title}: ${TITLES[known.code] ?? 'not ready'}.`, { cause }));
    }
  }
  const { message = '', lastTransitionTime = '' } = unscheduled(pod) ?? {};
  if (now - Date.parse(lastTransitionTime) > SCHEDULING_GRACE) {
    const code = /persistentvolumeclaim/i.test(message) ? 'VOLUME_PENDING' : 'UNSCHEDULABLE';
    return failed(problem(code, `${title}: ${TITLES[code] ?? ''}.`, { cause: message }));
  }
  return undefined;
}

const unscheduled = ({ status }: PodObject): PodCondition | undefined =>
  status?.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');

const TITLES: Partial<Record<ProblemCode, string>> = {
  IMAGE_PULL: 'its image cannot be pulled',
  CRASH_LOOP: 'it crashes repeatedly',
  COMPONENT_NOT_READY: 'its pod cannot be created',
  VOLUME_PENDING: 'its disk is not available',
  UNSCHEDULABLE: 'no node has room for it',
};

function activityOf(pod: PodObject): string {
  const held = unscheduled(pod);
  if (held !== undefined) return `waiting for a node (${held.message ?? held.reason ?? ''})`;
  const waiting = pod.status?.containerStatuses?.find(({ state }) => state?.waiting?.reason !== undefined);
  return waiting?.state?.waiting?.reason ?? pod.status?.phase ?? 'Pending';
}

import { MINUTE } from '../domain/duration.ts';
import { done, failed, pending, type Outcome } from '../domain/outcome.ts';
import { problem, type Problem, type ProblemCode } from '../domain/problem.ts';
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
  state?: { waiting?: Waiting };
  lastState?: { terminated?: { finishedAt?: string } };
}

interface Waiting {
  reason?: string;
  message?: string;
}

type Verdict = 'final' | 'patient' | 'waiting';

/** Whether a registry will answer the same for ever. Anything else, such as a rate limit, may pass. */
const FINAL_PULL = /not found|manifest unknown|denied|unauthorized/i;

const pullOf = (_: ContainerStatus, { message = '' }: Waiting): Verdict =>
  FINAL_PULL.test(message) ? 'final' : 'patient';

/** Restarts after which a crash is final: dependencies may start later. */
const RESTARTS = 3;

/** A crash from before the waiting began may have been repaired: only the next start tells. */
const crashOf = ({ restartCount = 0, lastState }: ContainerStatus, _: Waiting, { since }: Times): Verdict =>
  restartCount >= RESTARTS && !(timeOf(lastState?.terminated?.finishedAt) < since) ? 'final' : 'waiting';

/** Reasons of waiting containers: their problems, and whether they may pass. */
const WAITING: Record<
  string,
  { code: ProblemCode; verdict: (status: ContainerStatus, waiting: Waiting, times: Times) => Verdict }
> = {
  ErrImagePull: { code: 'IMAGE_PULL', verdict: pullOf },
  ImagePullBackOff: { code: 'IMAGE_PULL', verdict: pullOf },
  InvalidImageName: { code: 'IMAGE_PULL', verdict: () => 'final' },
  CrashLoopBackOff: { code: 'CRASH_LOOP', verdict: crashOf },
  CreateContainerConfigError: { code: 'COMPONENT_NOT_READY', verdict: () => 'patient' },
  RunContainerError: { code: 'CRASH_LOOP', verdict: crashOf },
};

/** How long what may pass is waited for, in seconds: the kubelet tries again at least every five minutes. */
const PATIENCE = 5 * MINUTE;

/** Seconds between checks of a workload. */
const POLL_EVERY = 5;

/** How long a pod may wait for a node, in milliseconds. The autoscaler needs minutes to add one. */
const SCHEDULING_GRACE = 10 * MINUTE * 1000;

/**
 * Whether a Deployment, StatefulSet or DaemonSet is ready; otherwise what it waits for, or the problem of its
 * pods. `warning` is the newest one that the cluster reported about it.
 */
export function readinessOf(
  title: string,
  workload: WorkloadObject,
  pods: readonly PodObject[],
  times: Times,
  warning?: string,
): Outcome {
  if (isUp(workload)) return done;
  const { wanted, up } = countsOf(workload);
  const current = currentPods(workload, pods);
  const refusal = current.length === 0 ? (refusalOf(workload) ?? warning) : undefined;
  const shown = pods.map(activityOf).join(', ') || 'no pod yet';
  const reason = refusal ?? warning;
  const waiting = pending(
    `${String(up)} of ${String(wanted)} ready: ${shown}${reason === undefined ? '' : ` (${reason})`}`,
    POLL_EVERY,
  );
  if (refusal !== undefined) {
    const refused = problem('PODS_REFUSED', `${title}: the cluster refuses its pods.`, { cause: refusal });
    return { ...waiting, grace: { seconds: PATIENCE, problem: refused } };
  }
  const found = current.flatMap((pod) => failureOf(title, pod, times) ?? []);
  const final = found.find(({ isFinal }) => isFinal);
  if (final !== undefined) return failed(final.problem);
  const [first] = found;
  return first === undefined ? waiting : { ...waiting, grace: { seconds: PATIENCE, problem: first.problem } };
}

/** Why a ReplicaSet of a Deployment cannot create pods: a quota, a policy, a webhook. Other kinds do not say it. */
const refusalOf = ({ status }: WorkloadObject): string | undefined =>
  status?.conditions?.find(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True')?.message;

/** The pods of the newest revision that are not being deleted. */
export const currentPods = (workload: WorkloadObject, pods: readonly PodObject[]): PodObject[] =>
  pods.filter((pod) => isCurrent(workload, pod));

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

/** The problem of a pod, and whether it is final. */
function failureOf(
  title: string,
  pod: PodObject,
  times: Times,
): { problem: Problem; isFinal: boolean } | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  for (const status of [...initContainerStatuses, ...containerStatuses]) {
    const { reason = '', message } = status.state?.waiting ?? {};
    const known = WAITING[reason];
    const verdict = known?.verdict(status, status.state?.waiting ?? {}, times) ?? 'waiting';
    if (known === undefined || verdict === 'waiting') continue;
    const cause = `${reason} in ${pod.metadata.name}/${status.name}${message === undefined ? '' : `: ${message}`}`;
    return {
      problem: problem(known.code, `${title}: ${TITLES[known.code] ?? 'not ready'}.`, { cause }),
      isFinal: verdict === 'final',
    };
  }
  const { message = '', lastTransitionTime } = unscheduled(pod) ?? {};
  if (times.now - timeOf(lastTransitionTime) > SCHEDULING_GRACE) {
    const code = /persistentvolumeclaim/i.test(message) ? 'VOLUME_PENDING' : 'UNSCHEDULABLE';
    return { problem: problem(code, `${title}: ${TITLES[code] ?? ''}.`, { cause: message }), isFinal: true };
  }
  return undefined;
}

/** NaN without a time. */
const timeOf = (time: string | undefined): number => Date.parse(time ?? '');

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
  const { reason, message } = waiting?.state?.waiting ?? {};
  if (reason === undefined) return pod.status?.phase ?? 'Pending';
  return message ? `${reason} (${message})` : reason;
}

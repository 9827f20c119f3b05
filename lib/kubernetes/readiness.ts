import { done, failed, pending, type Outcome } from '../domain/outcome.ts';
import { problem, type ProblemCode } from '../domain/problem.ts';
import type { KubernetesObject } from '../manifests/object.ts';

/** The parts of a workload that tell whether it is up. */
export interface WorkloadObject extends KubernetesObject {
  spec?: { replicas?: number };
  status?: { observedGeneration?: number; updatedReplicas?: number; readyReplicas?: number };
}

/** The parts of a pod that tell why it is not. */
export interface PodObject extends KubernetesObject {
  status?: {
    phase?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount?: number;
  state?: { waiting?: { reason?: string; message?: string } };
}

/** Why a container waits, and what that is to us. A crash is given a few restarts: dependencies come late. */
const WAITING: Record<string, { code: ProblemCode; restarts: number }> = {
  ImagePullBackOff: { code: 'IMAGE_PULL', restarts: 0 },
  InvalidImageName: { code: 'IMAGE_PULL', restarts: 0 },
  CrashLoopBackOff: { code: 'CRASH_LOOP', restarts: 3 },
  CreateContainerConfigError: { code: 'COMPONENT_NOT_READY', restarts: 0 },
  RunContainerError: { code: 'CRASH_LOOP', restarts: 3 },
};

/** Seconds between two looks at a workload. */
const LOOK_EVERY = 5;

/** Whether a Deployment or StatefulSet is up; else what it waits for, or what is wrong with its pods. */
export function readinessOf(title: string, workload: WorkloadObject, pods: readonly PodObject[]): Outcome {
  const wanted = workload.spec?.replicas ?? 1;
  const { observedGeneration = 0, updatedReplicas = 0, readyReplicas = 0 } = workload.status ?? {};
  const { generation = 0 } = workload.metadata as { generation?: number };
  if (observedGeneration >= generation && updatedReplicas >= wanted && readyReplicas >= wanted) return done;
  for (const pod of pods) {
    const trouble = troubleOf(title, pod);
    if (trouble !== undefined) return trouble;
  }
  return pending(
    `${String(readyReplicas)} of ${String(wanted)} ready: ${pods.map(activityOf).join(', ') || 'no pod yet'}`,
    LOOK_EVERY,
  );
}

function troubleOf(title: string, pod: PodObject): Outcome | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  for (const { name, restartCount = 0, state } of [...initContainerStatuses, ...containerStatuses]) {
    const { reason = '', message } = state?.waiting ?? {};
    const known = WAITING[reason];
    if (known !== undefined && restartCount >= known.restarts) {
      const cause = `${reason} in ${pod.metadata.name}/${name}${message === undefined ? '' : `: ${message}`}`;
      return failed(problem(known.code, `${title}: ${TITLES[known.code] ?? 'not ready'}.`, { cause }));
    }
  }
  return undefined;
}

const TITLES: Partial<Record<ProblemCode, string>> = {
  IMAGE_PULL: 'its image cannot be pulled',
  CRASH_LOOP: 'it crashes again and again',
  COMPONENT_NOT_READY: 'its pod cannot be made',
};

function activityOf({ status }: PodObject): string {
  const unscheduled = status?.conditions?.find(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  );
  if (unscheduled !== undefined)
    return `waits for a node (${unscheduled.message ?? unscheduled.reason ?? ''})`;
  const waiting = status?.containerStatuses?.find(({ state }) => state?.waiting?.reason !== undefined);
  return waiting?.state?.waiting?.reason ?? status?.phase ?? 'Pending';
}

import { MINUTE } from '../domain/duration.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import { currentPods, type PodObject, type WorkloadObject } from './readiness.ts';

/** A report of a controller or kubelet about an object. */
export interface EventObject extends KubernetesObject {
  involvedObject: { kind?: string; name?: string };
  reason?: string;
  message?: string;
  lastTimestamp?: string | null;
  eventTime?: string | null;
}

/** Whether an event is about something. */
export type IsSubject = (object: EventObject['involvedObject']) => boolean;

/** A pod that starts in the usual time has no warnings to look for. In milliseconds. */
const USUAL = MINUTE * 1000;

/**
 * What a warning must be about to explain why a workload is not ready: the workload and its ReplicaSets when there
 * is no pod, otherwise its pods. Undefined while a pod is new.
 */
export function subjectsOf(
  workload: WorkloadObject,
  pods: readonly PodObject[],
  now: number,
): IsSubject | undefined {
  const current = currentPods(workload, pods);
  if (current.length === 0) {
    const { name } = workload.metadata;
    return ({ kind, name: of = '' }) =>
      (kind === workload.kind && of === name) || (kind === 'ReplicaSet' && of.startsWith(`${name}-`));
  }
  const names = new Set(
    current.filter((pod) => now - createdAt(pod) > USUAL).map(({ metadata }) => metadata.name),
  );
  return names.size === 0 ? undefined : ({ kind, name = '' }) => kind === 'Pod' && names.has(name);
}

const createdAt = ({ metadata }: PodObject): number =>
  Date.parse((metadata as { creationTimestamp?: string }).creationTimestamp ?? '');

/** The newest warning about the subjects, as text. */
export function newestWarning(events: readonly EventObject[], isSubject: IsSubject): string | undefined {
  const [newest] = events
    .filter(({ involvedObject }) => isSubject(involvedObject))
    .sort((a, b) => timeOf(b) - timeOf(a));
  return newest && [newest.reason, newest.message].filter(Boolean).join(': ');
}

/** Events of the newer API have no `lastTimestamp`. */
const timeOf = ({ lastTimestamp, eventTime }: EventObject): number =>
  Date.parse(lastTimestamp ?? eventTime ?? '') || 0;

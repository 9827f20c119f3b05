import type { KubernetesObject } from '../manifests/object.ts';
import { at, listAt } from './canary.ts';
import type { VerificationProgress } from './component.ts';

/** Reasons of waiting containers that do not go away by waiting. */
const STUCK = ['ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError', 'CrashLoopBackOff'];

/**
 * How far a Job with one pod is. `resultOf` reads what the program left as its termination message, which is JSON;
 * undefined for other text.
 */
export function jobProgress(
  job: KubernetesObject,
  pod: KubernetesObject | undefined,
  resultOf: (message: unknown) => VerificationProgress,
): VerificationProgress {
  const message = terminationOf(pod);
  const failure = listAt(job, 'status', 'conditions').find((one) => isTrue(one, 'Failed'));
  if (failure !== undefined) {
    const result = resultOf(parsed(message));
    if (result.state === 'failed' && message !== undefined) return { ...result, ran: true };
    const reason = [at(failure, 'reason'), at(failure, 'message')].filter((text) => typeof text === 'string');
    return { state: 'failed', cause: reason.join(': ') };
  }
  if (listAt(job, 'status', 'conditions').some((one) => isTrue(one, 'Complete')))
    return resultOf(parsed(message));
  return podProgress(pod);
}

/** What the pod of something that runs waits for, or why it cannot start. */
export function podProgress(pod: KubernetesObject | undefined): VerificationProgress {
  const stuck = containersOf(pod).find((one) => at(one, 'state', 'waiting') !== undefined);
  const waiting = at(stuck, 'state', 'waiting');
  const reason = at(waiting, 'reason');
  if (typeof reason === 'string' && STUCK.includes(reason)) {
    const ran = reason === 'CrashLoopBackOff';
    const texts = [reason, at(waiting, 'message'), ran ? lastMessageOf(stuck) : undefined];
    const cause = texts.filter((text) => typeof text === 'string').join(': ');
    return { state: 'failed', cause, ...(ran && { ran }) };
  }
  const phase = at(pod, 'status', 'phase');
  const detail = [reason, phase].find((text) => typeof text === 'string') ?? 'waiting for its pod';
  return { state: 'running', detail: detail };
}

const isTrue = (condition: unknown, type: string): boolean =>
  at(condition, 'type') === type && at(condition, 'status') === 'True';

const containersOf = (pod: unknown): unknown[] => [
  ...listAt(pod, 'status', 'initContainerStatuses'),
  ...listAt(pod, 'status', 'containerStatuses'),
];

function terminationOf(pod: unknown): string | undefined {
  const messages = containersOf(pod).map((one) => at(one, 'state', 'terminated', 'message'));
  return messages.find((message) => typeof message === 'string');
}

/** What a container left when it ended the last time. */
const lastMessageOf = (container: unknown): string | undefined => {
  const text = at(container, 'lastState', 'terminated', 'message');
  return typeof text === 'string' ? text.trim() : undefined;
};

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

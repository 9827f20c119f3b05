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
    if (result.state === 'failed' && message !== undefined) return result;
    const reason = [at(failure, 'reason'), at(failure, 'message')].filter((text) => typeof text === 'string');
    return { state: 'failed', cause: reason.join(': ') };
  }
  if (listAt(job, 'status', 'conditions').some((one) => isTrue(one, 'Complete')))
    return resultOf(parsed(message));
  return podProgress(pod);
}

/** What the pod of something that runs waits for, or why it cannot start. */
export function podProgress(pod: KubernetesObject | undefined): VerificationProgress {
  const waiting = containersOf(pod)
    .map((one) => at(one, 'state', 'waiting'))
    .find((one) => one !== undefined);
  const reason = at(waiting, 'reason');
  if (typeof reason === 'string' && STUCK.includes(reason)) {
    const text = at(waiting, 'message');
    return { state: 'failed', cause: typeof text === 'string' ? `${reason}: ${text}` : reason };
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

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { expect, test } from 'vitest';
import { readinessOf, type PodObject, type WorkloadObject } from '../../lib/kubernetes/readiness.ts';
import { newestWarning, subjectsOf, type EventObject } from '../../lib/kubernetes/warnings.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const TIMES = { now: NOW, since: NOW - 20 * 60_000 };
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

const workload = (readyReplicas: number): WorkloadObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'mlflow', namespace: 'mlflow' },
  spec: { replicas: 1 },
  status: { observedGeneration: 1, updatedReplicas: 1, readyReplicas },
});

const pod = (status: PodObject['status']): PodObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'mlflow-7c9d', namespace: 'mlflow' },
  ...(status && { status }),
});

const waiting = (reason: string, message: string, restartCount = 0) =>
  pod({
    containerStatuses: [
      { name: 'mlflow', ready: false, restartCount, state: { waiting: { reason, message } } },
    ],
  });

const unscheduled = (message: string, minutes: number) =>
  pod({
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message,
        lastTransitionTime: minutesAgo(minutes),
      },
    ],
  });

const readinessWith = (found: PodObject) => readinessOf('MLflow', workload(0), [found], TIMES);

test('a workload with all replicas ready is ready, even if an old pod fails', () => {
  expect(readinessOf('MLflow', workload(1), [waiting('ImagePullBackOff', '')], TIMES).state).toBe('ready');
});

test('failures of pods of an earlier template or in deletion are ignored', () => {
  const labels = (version: string) => ({ 'app.kubernetes.io/version': version });
  const next = { ...workload(0), spec: { replicas: 1, template: { metadata: { labels: labels('2') } } } };
  const broken = waiting('ImagePullBackOff', 'not found');
  const of = (metadata: object) => ({ ...broken, metadata: { ...broken.metadata, ...metadata } });
  const state = (found: PodObject) => readinessOf('MLflow', next, [found], TIMES).state;
  expect(state(of({ labels: labels('1') }))).toBe('pending');
  expect(state(of({ labels: labels('2'), deletionTimestamp: minutesAgo(1) }))).toBe('pending');
  expect(state(of({ labels: labels('2') }))).toBe('failed');
});

test('a workload whose generation is not observed yet is pending', () => {
  const stale = { ...workload(1), metadata: { name: 'mlflow', generation: 2 } };
  expect(readinessOf('MLflow', stale, [], TIMES)).toMatchObject({
    state: 'pending',
    detail: '1 of 1 ready: no pod yet',
  });
});

test.each([
  [
    waiting('ImagePullBackOff', 'not found'),
    'IMAGE_PULL',
    'MLflow: its image cannot be pulled.',
    /mlflow-7c9d\/mlflow: not found/,
  ],
  [
    waiting('CrashLoopBackOff', 'back-off', 3),
    'CRASH_LOOP',
    'MLflow: it crashes repeatedly.',
    /CrashLoopBackOff/,
  ],
  [
    unscheduled('0/3 nodes are available: 3 Insufficient cpu.', 11),
    'UNSCHEDULABLE',
    'MLflow: no node has room for it.',
    /Insufficient cpu/,
  ],
  [
    unscheduled('pod has unbound immediate PersistentVolumeClaims', 11),
    'VOLUME_PENDING',
    'MLflow: its disk is not available.',
    /unbound/,
  ],
])('a pod failure has a problem with a cause: %#', (found, code, message, cause) => {
  expect(readinessWith(found)).toMatchObject({
    state: 'failed',
    problem: { code, message, cause: expect.stringMatching(cause) as unknown },
  });
});

test.each([
  ['a first crash', waiting('CrashLoopBackOff', 'back-off', 1), /CrashLoopBackOff/],
  ['a pending node', unscheduled('0/1 nodes are available', 3), /waiting for a node/],
  ['an image pull', waiting('ContainerCreating', ''), /0 of 1 ready: ContainerCreating/],
])('%s is pending', (_, found, detail) => {
  expect(readinessWith(found)).toMatchObject({
    state: 'pending',
    detail: expect.stringMatching(detail) as unknown,
  });
});

const crashed = (finishedAt: string) =>
  pod({
    containerStatuses: [
      {
        name: 'mlflow',
        ready: false,
        restartCount: 7,
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' } },
        lastState: { terminated: { finishedAt } },
      },
    ],
  });

test('a crash from before the waiting began is not final: the next start tells', () => {
  expect(readinessWith(crashed(minutesAgo(21)))).toMatchObject({
    state: 'pending',
    detail: '0 of 1 ready: CrashLoopBackOff (back-off 5m0s)',
  });
  expect(readinessWith(crashed(minutesAgo(1)))).toMatchObject({
    state: 'failed',
    problem: { code: 'CRASH_LOOP' },
  });
});

test.each([
  [waiting('ErrImagePull', '503 Service Unavailable'), 'IMAGE_PULL'],
  [waiting('ImagePullBackOff', 'toomanyrequests: You have reached your pull rate limit'), 'IMAGE_PULL'],
  [waiting('CreateContainerConfigError', 'secret "x" not found'), 'COMPONENT_NOT_READY'],
])('what may pass is waited for: %#', (found, code) => {
  expect(readinessWith(found)).toMatchObject({
    state: 'pending',
    grace: { seconds: 300, problem: { code } },
  });
});

test.each(['not found', 'manifest unknown', 'pull access denied', '401 Unauthorized'])(
  'a registry that says "%s" is final',
  (message) => {
    expect(readinessWith(waiting('ErrImagePull', message))).toMatchObject({
      state: 'failed',
      problem: { code: 'IMAGE_PULL' },
    });
  },
);

const QUOTA = 'pods "mlflow-7c9d" is forbidden: exceeded quota: small';

test('pods that a Deployment may not create are explained by its condition', () => {
  const refused = workload(0);
  refused.status = {
    ...refused.status,
    conditions: [{ type: 'ReplicaFailure', status: 'True', message: QUOTA }],
  };
  expect(readinessOf('MLflow', refused, [], TIMES)).toMatchObject({
    state: 'pending',
    detail: `0 of 1 ready: no pod yet (${QUOTA})`,
    grace: { seconds: 300, problem: { code: 'PODS_REFUSED', cause: QUOTA } },
  });
});

const event = (kind: string, name: string, minutes: number, message: string): EventObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `${name}.${minutes}` },
  involvedObject: { kind, name },
  reason: 'FailedCreate',
  message,
  lastTimestamp: minutesAgo(minutes),
});

test('the newest warning about a workload without pods, or about a pod that takes long, is its reason', () => {
  const events = [
    event('StatefulSet', 'mlflow', 5, 'old'),
    event('StatefulSet', 'mlflow', 1, QUOTA),
    event('Pod', 'mlflow-7c9d', 2, 'probe failed'),
    event('StatefulSet', 'other', 0, 'of another workload'),
  ];
  const set = { ...workload(0), kind: 'StatefulSet' };
  const reasonFor = (pods: PodObject[]) => {
    const subjects = subjectsOf(set, pods, NOW);
    return subjects && newestWarning(events, subjects);
  };
  const aged = (minutes: number): PodObject => {
    const made = pod({ phase: 'Pending' });
    const metadata = { ...made.metadata, creationTimestamp: minutesAgo(minutes) };
    return { ...made, metadata };
  };
  expect(reasonFor([])).toBe(`FailedCreate: ${QUOTA}`);
  expect(reasonFor([aged(0)])).toBeUndefined();
  expect(reasonFor([aged(2)])).toBe('FailedCreate: probe failed');
  expect(readinessOf('MLflow', set, [], TIMES, `FailedCreate: ${QUOTA}`)).toMatchObject({
    grace: { problem: { code: 'PODS_REFUSED', cause: `FailedCreate: ${QUOTA}` } },
  });
});

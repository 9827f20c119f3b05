import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '../cluster.ts';
import type { ProgramEnd } from '../../../lib/components/stand-in.ts';
import { setCondition, timestamp } from '../objects.ts';
import type { Condition, Container, Pod } from '../objects.ts';
import { crashesSince, progressOf } from '../pod-timeline.ts';
import { endOf } from '../programs.ts';
import type { BrokenImage, Progress, Timeline } from '../pod-timeline.ts';

const TIMELINE = 'timeline';
const NETWORK = '10.244.0.0';

/** Simulates the scheduler and the kubelet: updates the status of every pod. */
export function runPods(cluster: Cluster, broken: BrokenImage[]): void {
  for (const pod of cluster.list('pods')) {
    if (pod.metadata.deletionTimestamp) continue;
    const attachments = cluster.attachments(pod.metadata.uid);
    const before = (attachments.get(TIMELINE) ?? {}) as Timeline;
    const progress = progressOf(pod, before, cluster, broken);
    if (!isDeepStrictEqual(before, progress.timeline)) attachments.set(TIMELINE, progress.timeline);
    if (progress.timeline.pulled !== undefined && progress.timeline.pulled <= cluster.clock.now())
      cacheImages(cluster, pod);
    cluster.setStatus('pods', pod, statusOf(pod, progress, cluster));
  }
}

/** Records pulled images on the node, so that the next pod with the image starts sooner. */
function cacheImages(cluster: Cluster, { spec }: Pod): void {
  const node = cluster.list('nodes')[0];
  const images = node?.status?.images ?? [];
  const pulled = [...(spec.initContainers ?? []), ...spec.containers].map(({ image = '' }) => image);
  const uncached = pulled.filter((image) => !images.some(({ names }) => names.includes(image)));
  if (!node || uncached.length === 0) return;
  const added = uncached.map((image) => ({ names: [image], sizeBytes: 400_000_000 }));
  cluster.setStatus('nodes', node, { ...node.status, images: [...images, ...added] });
}

const STAGES = ['scheduled', 'mounted', 'pulled', 'started', 'ready', 'finished'] as const;

function statusOf(pod: Pod, progress: Progress, cluster: Cluster): NonNullable<Pod['status']> {
  const { reached, blocker, timeline } = progress;
  const depth = reached ? STAGES.indexOf(reached) : -1;
  const isPast = (stage: (typeof STAGES)[number]) => depth >= STAGES.indexOf(stage);
  const isFinished = isPast('finished');
  const isReady = isPast('ready') && !isFinished;
  const end = isFinished ? endOf(cluster, pod) : undefined;
  const ended = end?.exitCode === 0 ? 'Succeeded' : 'Failed';
  const phase = end ? ended : isPast('started') ? 'Running' : 'Pending';
  const condition = (type: string, isTrue: boolean, otherwise: Partial<Condition> = {}): Condition => ({
    type,
    status: isTrue ? 'True' : 'False',
    ...(isTrue ? {} : otherwise),
  });
  const unready = {
    reason: isFinished ? 'PodCompleted' : 'ContainersNotReady',
    message: `containers with unready status: [${pod.spec.containers.map(({ name }) => name).join(' ')}]`,
  };
  const conditions = [
    condition('PodScheduled', isPast('scheduled'), blocker ?? {}),
    ...(isPast('scheduled')
      ? [
          condition('Initialized', isPast(pod.spec.initContainers ? 'started' : 'pulled'), {
            reason: 'ContainersNotInitialized',
          }),
          condition('ContainersReady', isReady, unready),
          condition('Ready', isReady, unready),
        ]
      : []),
  ].reduce<Condition[] | undefined>(
    (all, next) => setCondition(all, next, cluster.clock.now()),
    pod.status?.conditions,
  );
  if (!isPast('scheduled')) return { phase, qosClass: 'Burstable', conditions: conditions ?? [] };
  const podIP = pod.status?.podIP ?? nextPodIp(cluster);
  return {
    phase,
    qosClass: 'Burstable',
    conditions: conditions ?? [],
    hostIP: '10.224.0.4',
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: timestamp(timeline.scheduled ?? 0),
    ...(pod.spec.initContainers && {
      initContainerStatuses: pod.spec.initContainers.map((container) => initStatus(container, progress)),
    }),
    containerStatuses: pod.spec.containers.map((container) =>
      containerStatus(container, progress, isReady, phase, { now: cluster.clock.now(), ...(end && { end }) }),
    ),
  };
}

/** The status of an init container, whose last message tells why it failed. */
function initStatus({ name, image = '' }: Container, { timeline, blocker }: Progress) {
  const ended = (exitCode: number, message: string) => {
    const at = timestamp(timeline.started ?? timeline.blockedUntil ?? 0);
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    return { terminated: { exitCode, reason, startedAt: at, finishedAt: at, ...(message && { message }) } };
  };
  const { reason, message, init } = blocker ?? {};
  const isFailing = init?.container === name;
  const isDone = timeline.started !== undefined;
  const waiting = isFailing ? { reason, message } : { reason: 'PodInitializing' };
  return {
    name,
    image,
    imageID: isDone ? image : '',
    ready: isDone,
    restartCount: 0,
    state: isDone ? ended(0, '') : { waiting },
    lastState: isFailing ? ended(init.end.exitCode, init.end.message) : {},
  };
}

function containerStatus(
  { name, image = '' }: Container,
  { timeline, blocker }: Progress,
  ready: boolean,
  phase: string,
  { now, end }: { now: number; end?: ProgramEnd },
) {
  const startedAt = timestamp(timeline.started ?? 0);
  const isInitialized = blocker?.init === undefined;
  const isCrashing = isInitialized && blocker?.reason === 'CrashLoopBackOff';
  const { restarts, last } = crashesSince(timeline.started ?? now, now);
  const exitCode = isCrashing ? 1 : (end?.exitCode ?? 0);
  const terminated = {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt,
    ...(end?.message && { message: end.message }),
  };
  const waiting = !isInitialized
    ? { reason: 'PodInitializing' }
    : (blocker ?? (phase === 'Pending' ? { reason: 'ContainerCreating' } : undefined));
  const running =
    phase === 'Running'
      ? { running: { startedAt } }
      : { terminated: { ...terminated, finishedAt: startedAt } };
  return {
    name,
    image,
    imageID: phase === 'Pending' ? '' : image,
    ready,
    started: phase === 'Running' && !waiting,
    restartCount: isCrashing ? restarts : 0,
    state: waiting ? { waiting } : running,
    lastState: isCrashing
      ? { terminated: { ...terminated, startedAt: timestamp(last), finishedAt: timestamp(last) } }
      : {},
  };
}

function nextPodIp(cluster: Cluster): string {
  const taken = cluster.list('pods').map(({ status }) => status?.podIP);
  for (let host = 4; ; host++) {
    const ip = NETWORK.replace('0.0', `${String(Math.floor(host / 256))}.${String(host % 256)}`);
    if (!taken.includes(ip)) return ip;
  }
}

import type { Cluster } from './cluster.ts';
import { DURATIONS, OTHER_IMAGES } from './durations.ts';
import type { Container, Pod } from './objects.ts';
import { claimNames, environmentOf, missingEnvironment, missingVolume } from './pod-inputs.ts';
import { failedInit, programOf, type InitFailure } from './programs.ts';

/** An injected fault: pods with a matching image fail with this reason. */
export interface BrokenImage {
  pattern: RegExp;
  reason: string;
  /** The number of pulls that fail because the registry is busy; without it the image does not exist. */
  failures?: number;
}

/** The time of each stage of a pod, in simulated milliseconds. It may be in the future. */
export interface Timeline {
  /** The last moment at which the pod was blocked. */
  blockedUntil?: number;
  scheduled?: number;
  mounted?: number;
  pulled?: number;
  started?: number;
  ready?: number;
  finished?: number;
}

type Stage = 'scheduled' | 'mounted' | 'pulled' | 'started' | 'ready' | 'finished';

/** The state of a pod in its startup. */
export interface Progress {
  timeline: Timeline;
  /** The last stage reached. */
  reached?: Stage;
  /** Why the pod cannot reach the next stage. */
  blocker?: { reason: string; message: string; init?: InitFailure };
}

interface Step {
  stage: Stage;
  blocker?: (pod: Pod, cluster: Cluster, broken: BrokenImage[], timeline: Timeline) => Progress['blocker'];
  /** Milliseconds from the previous stage; undefined if the pod never reaches this stage. */
  duration: (pod: Pod, cluster: Cluster) => number | undefined;
}

const containersOf = ({ spec }: Pod) => [...(spec.initContainers ?? []), ...spec.containers];
const imagesOf = (pod: Pod) => containersOf(pod).map(({ image = '' }) => image);

const imageBrokenBy = (reason: string, pod: Pod, broken: BrokenImage[]) =>
  imagesOf(pod).find((image) => broken.some((rule) => rule.reason === reason && rule.pattern.test(image)));

const isCached = (cluster: Cluster, image: string) =>
  cluster.list('nodes').some(({ status }) => status?.images.some(({ names }) => names.includes(image)));

const secondsOf = ({ standIns }: Cluster, container: Container) => ({
  ...OTHER_IMAGES,
  ...(standIns.serverOf(container.image ?? '')?.seconds ?? standIns.programOf(container)?.seconds),
});

const backOffMessage = ({ metadata }: Pod, container: string) =>
  `back-off 40s restarting failed container=${container} pod=${metadata.name}_${metadata.namespace ?? ''}(${metadata.uid})`;

function hasNoClass(cluster: Cluster, { metadata }: Pod, claim: string): boolean {
  const spec = cluster.get('persistentvolumeclaims', metadata.namespace, claim)?.spec;
  const className = spec?.storageClassName ?? '';
  return !spec?.volumeName && !cluster.get('storageclasses.storage.k8s.io', undefined, className);
}

/** The kubelet's back-off doubles from 10 seconds to 5 minutes. */
const FIRST_BACK_OFF = 10_000;
const LAST_BACK_OFF = 300_000;

/** The time until the next try after some failures, in milliseconds. */
function backOff(failures: number): number {
  let time = 0;
  for (let failure = 0, wait = FIRST_BACK_OFF; failure < failures; failure++) {
    time += wait;
    wait = Math.min(wait * 2, LAST_BACK_OFF);
  }
  return time;
}

/** The restarts of a container that crashes at each start since `started`, and the time of the last crash. */
export function crashesSince(started: number, now: number): { restarts: number; last: number } {
  let restarts = 0;
  while (started + backOff(restarts + 1) <= now && restarts < MAX_RESTARTS) restarts++;
  return { restarts, last: started + backOff(restarts) };
}

/** Enough for an hour; nothing waits for longer. */
const MAX_RESTARTS = 16;

/** Why a claim of a pod keeps it from being scheduled, in the words of the scheduler. */
function missingClaim(pod: Pod, cluster: Cluster): string | undefined {
  for (const name of claimNames(pod)) {
    const claim = cluster.get('persistentvolumeclaims', pod.metadata.namespace, name);
    if (!claim) return `persistentvolumeclaim "${name}" not found`;
    if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`;
  }
  return undefined;
}

function readinessDelay({ readinessProbe, startupProbe }: Container, start: number): number {
  const { initialDelaySeconds = 0, periodSeconds = 10 } = readinessProbe ??
    startupProbe ?? { periodSeconds: 1 };
  const periods = Math.max(0, Math.ceil((start / 1000 - initialDelaySeconds) / periodSeconds));
  return (initialDelaySeconds + periods * periodSeconds) * 1000;
}

const STEPS: Step[] = [
  {
    stage: 'scheduled',
    blocker(pod, cluster, broken) {
      const missing = missingClaim(pod, cluster);
      if (missing !== undefined) {
        return {
          reason: 'Unschedulable',
          message: `0/1 nodes are available: ${missing}. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`,
        };
      }
      if (claimNames(pod).some((name) => hasNoClass(cluster, pod, name))) {
        return {
          reason: 'Unschedulable',
          message:
            '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
        };
      }
      if (imageBrokenBy('Unschedulable', pod, broken) === undefined) return undefined;
      return {
        reason: 'Unschedulable',
        message:
          '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
      };
    },
    duration: () => DURATIONS.scheduling,
  },
  {
    stage: 'mounted',
    blocker(pod, cluster) {
      const message = missingVolume(cluster, pod);
      return message === undefined ? undefined : { reason: 'ContainerCreating', message: '' };
    },
    duration: (pod) => (claimNames(pod).length > 0 ? DURATIONS.diskAttachment : 0),
  },
  {
    stage: 'pulled',
    blocker(pod, cluster, broken, { mounted = 0 }) {
      const image = imageBrokenBy('ImagePullBackOff', pod, broken);
      if (image === undefined) return undefined;
      const { failures } = broken.find(({ pattern }) => pattern.test(image)) ?? {};
      if (failures !== undefined && cluster.clock.now() >= mounted + backOff(failures)) return undefined;
      const why =
        failures === undefined
          ? `code = NotFound desc = failed to pull and unpack image "${image}": not found`
          : `code = Unavailable desc = failed to pull and unpack image "${image}": 503 Service Unavailable`;
      return {
        reason: 'ImagePullBackOff',
        message: `Back-off pulling image "${image}": ErrImagePull: rpc error: ${why}`,
      };
    },
    duration: (pod, cluster) =>
      Math.max(
        ...containersOf(pod).map((container) =>
          isCached(cluster, container.image ?? '')
            ? DURATIONS.cachedImagePull
            : secondsOf(cluster, container).pull * 1000,
        ),
      ),
  },
  {
    stage: 'started',
    blocker(pod, cluster) {
      const message = missingEnvironment(cluster, pod);
      if (message !== undefined) return { reason: 'CreateContainerConfigError', message };
      const init = failedInit(cluster, pod);
      return init && { reason: 'CrashLoopBackOff', message: backOffMessage(pod, init.container), init };
    },
    duration: () => 0,
  },
  {
    stage: 'ready',
    blocker(pod, cluster, broken) {
      const image = imageBrokenBy('CrashLoopBackOff', pod, broken);
      const crashing = pod.spec.containers.find(
        (container) =>
          (image !== undefined && container.image === image) ||
          cluster.standIns
            .serverOf(container.image ?? '')
            ?.starts?.(environmentOf(cluster, pod, container)) === false,
      );
      return crashing === undefined
        ? undefined
        : {
            reason: 'CrashLoopBackOff',
            message: backOffMessage(pod, crashing.name),
          };
    },
    duration: ({ spec }, cluster) =>
      Math.max(
        ...spec.containers.map((container) =>
          readinessDelay(container, secondsOf(cluster, container).start * 1000),
        ),
      ),
  },
  {
    stage: 'finished',
    duration(pod, cluster) {
      if (pod.spec.restartPolicy === 'Always') return undefined;
      const seconds = programOf(cluster, pod)?.seconds.run;
      return seconds === undefined ? DURATIONS.job : seconds * 1000;
    },
  },
];

/**
 * Updates the timeline of a pod. The duration of each stage is known, so an unblocked pod reaches its stages on time
 * even if this function is not called in between.
 */
export function progressOf(pod: Pod, before: Timeline, cluster: Cluster, broken: BrokenImage[]): Progress {
  const now = cluster.clock.now();
  let timeline = { ...before };
  let reached: Stage | undefined;
  let at = Date.parse(pod.metadata.creationTimestamp);
  for (const { stage, blocker, duration } of STEPS) {
    const isAhead = (timeline[stage] ?? Infinity) > now;
    const blocked = isAhead ? blocker?.(pod, cluster, broken, timeline) : undefined;
    if (blocked) {
      const { [stage]: _, ...kept } = timeline;
      timeline = { ...kept, blockedUntil: now };
      return { timeline, ...(reached ? { reached } : {}), blocker: blocked };
    }
    if (timeline[stage] === undefined) {
      const milliseconds = duration(pod, cluster);
      if (milliseconds === undefined) break;
      timeline[stage] = Math.max(at, timeline.blockedUntil ?? 0) + milliseconds;
    }
    at = timeline[stage];
    if (at > now) break;
    reached = stage;
  }
  return { timeline, ...(reached ? { reached } : {}) };
}

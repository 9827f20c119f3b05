import type { Cluster } from '../cluster.ts';
import { setCondition, timestamp } from '../objects.ts';
import type { Condition, Job, Pod } from '../objects.ts';
import { createPod, podsOf, randomSuffix } from './workloads.ts';

/** The default of Kubernetes. */
const BACKOFF_LIMIT = 6;

/** Runs the pods of Jobs to completion. Deletes ended Jobs after their `ttlSecondsAfterFinished`. */
export function runJobs(cluster: Cluster): void {
  for (const job of cluster.list('jobs.batch')) {
    if (endOf(job) !== undefined) expire(cluster, job);
    else run(cluster, job);
  }
}

const endOf = ({ status }: Job): Condition | undefined =>
  status?.conditions?.find(
    ({ type, status: is }) => is === 'True' && (type === 'Complete' || type === 'Failed'),
  );

function run(cluster: Cluster, job: Job): void {
  const now = cluster.clock.now();
  const { completions = 1, parallelism = 1, suspend, backoffLimit = BACKOFF_LIMIT } = job.spec;
  const pods = podsOf(cluster, job);
  const inPhase = (phase: string) => pods.filter(({ status }) => status?.phase === phase).length;
  const [succeeded, failed] = [inPhase('Succeeded'), inPhase('Failed')];
  const active = pods.length - succeeded - failed;
  const { startTime = suspend === true ? undefined : timestamp(now) } = job.status ?? {};
  const counts = { ...(startTime !== undefined && { startTime }), succeeded, failed };
  const end = (condition: Pick<Condition, 'type' | 'reason' | 'message'>) => {
    const conditions = setCondition(job.status?.conditions, { ...condition, status: 'True' }, now);
    const time = condition.type === 'Complete' && { completionTime: timestamp(now) };
    cluster.setStatus('jobs.batch', job, { ...counts, ...time, conditions });
  };
  if (succeeded >= completions) end({ type: 'Complete', reason: 'CompletionsReached' });
  else if (failed > backoffLimit) {
    end({
      type: 'Failed',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    });
  } else if (isLate(job, startTime, now)) {
    for (const pod of pods.filter(isActive)) cluster.remove('pods', pod);
    end({
      type: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Job was active longer than specified deadline',
    });
  } else {
    const missing = suspend ? 0 : Math.min(parallelism - active, completions - succeeded - active);
    for (let count = 0; count < missing; count++) {
      createPod(cluster, job, `${job.metadata.name}-${randomSuffix()}`, job.spec.template);
    }
    cluster.setStatus('jobs.batch', job, { ...counts, active });
  }
}

const isActive = ({ status }: Pod): boolean => status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

const isLate = ({ spec }: Job, startTime: unknown, now: number): boolean =>
  spec.activeDeadlineSeconds !== undefined &&
  typeof startTime === 'string' &&
  now - Date.parse(startTime) > spec.activeDeadlineSeconds * 1000;

function expire(cluster: Cluster, job: Job): void {
  const ended = Date.parse(endOf(job)?.lastTransitionTime ?? '');
  const { ttlSecondsAfterFinished = Infinity } = job.spec;
  if (cluster.clock.now() >= ended + ttlSecondsAfterFinished * 1000) cluster.remove('jobs.batch', job);
}

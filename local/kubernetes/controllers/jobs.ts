import type { Cluster } from '../cluster.ts';
import { setCondition, timestamp } from '../objects.ts';
import type { Job } from '../objects.ts';
import { createPod, podsOf, randomSuffix } from './workloads.ts';

/** Runs the pods of Jobs to completion. Deletes finished Jobs after their `ttlSecondsAfterFinished`. */
export function runJobs(cluster: Cluster): void {
  for (const job of cluster.list('jobs.batch')) {
    const { completions = 1, parallelism = 1, suspend } = job.spec;
    const pods = podsOf(cluster, job);
    const succeeded = pods.filter(({ status }) => status?.phase === 'Succeeded').length;
    const active = pods.length - succeeded;
    const missing = suspend ? 0 : Math.min(parallelism - active, completions - succeeded - active);
    for (let count = 0; count < missing; count++) {
      createPod(cluster, job, `${job.metadata.name}-${randomSuffix()}`, job.spec.template);
    }
    report(cluster, job, succeeded, active);
  }
}

function report(cluster: Cluster, job: Job, succeeded: number, active: number): void {
  const now = cluster.clock.now();
  const startTime = job.metadata.creationTimestamp;
  if (succeeded < (job.spec.completions ?? 1)) {
    cluster.setStatus('jobs.batch', job, { startTime, active, succeeded });
    return;
  }
  const { completionTime = timestamp(now) } = job.status ?? {};
  const expires = Date.parse(String(completionTime)) + (job.spec.ttlSecondsAfterFinished ?? Infinity) * 1000;
  if (now >= expires) {
    cluster.remove('jobs.batch', job);
    return;
  }
  const conditions = setCondition(
    job.status?.conditions,
    { type: 'Complete', status: 'True', reason: 'CompletionsReached' },
    now,
  );
  cluster.setStatus('jobs.batch', job, { startTime, completionTime, succeeded, conditions });
}

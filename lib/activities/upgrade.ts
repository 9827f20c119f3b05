import { MINUTE } from '../domain/duration.ts';
import { done, failed, type Outcome } from '../domain/outcome.ts';
import { problem, type Problem } from '../domain/problem.ts';
import { manual, repeatOperation } from '../domain/remedies.ts';
import type { StepRun } from '../domain/run.ts';
import { ROLLBACK_LIMIT, UPGRADE_LIMIT } from '../domain/upgrade.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';
import { applyObjects, applyRelease, readinessOf, wantedRelease } from './apply.ts';
import { obstacleTo } from './obstacle.ts';
import { withCluster } from './with-cluster.ts';
import { plannedTool, type Tool } from './planned.ts';
import { beginRelease, readHistory, writeRecord } from './release-records.ts';
import {
  droppedBy,
  isComplete,
  tooLarge,
  unfinished,
  type History,
  type Release,
  type ReleaseRecord,
} from './release.ts';

/**
 * Upgrades a component to the version of the catalogue, and rolls back when its pods do not become ready.
 * Each call reads the progress from the release records in the cluster: a record with a previous revision is
 * an upgrade in progress, and one with a failure of this operation is a rollback in progress. Data is not
 * rolled back: changes of the new version on its disk remain.
 */
export async function upgradeComponent(
  services: Services,
  run: StepRun<'upgradeComponent'>,
): Promise<Outcome> {
  const { input, title, operation } = run;
  return withCluster(services, input, title, async (cluster) => {
    const history = await readHistory(cluster, input.component);
    const move: Move = { services, cluster, run };
    const [newest] = history;
    if (isRollingBack(newest, operation)) return rollBack(move, newest, history);

    const attempted = await moveForward(move, history);
    const outcome = withinLimit(move, attempted);
    if (outcome.state !== 'failed') return outcome;
    const now = await readHistory(cluster, input.component);
    const [current] = now;
    // Nothing was changed, or there is no version to roll back to.
    if (current?.previous === undefined) return outcome;
    const rollingBack = { ...current, failure: { operation, problem: outcome.problem } };
    await writeRecord(cluster, rollingBack);
    return rollBack(move, rollingBack, now);
  });
}

interface Move {
  services: Services;
  cluster: Cluster;
  run: StepRun<'upgradeComponent'>;
}

type FailedRecord = ReleaseRecord & Required<Pick<ReleaseRecord, 'failure'>>;

const isRollingBack = (newest: ReleaseRecord | undefined, operation: string): newest is FailedRecord =>
  newest?.failure?.operation === operation;

async function moveForward(move: Move, history: History): Promise<Outcome> {
  const { services, cluster, run } = move;
  const tool = plannedTool(services, run.title, run.input);
  if ('state' in tool) return tool;
  return cluster.attempt(run.title, async () => {
    const wanted = await wantedRelease(services, tool, run.input);
    if (wanted.state !== 'ready') return wanted;
    return tooLarge(run.title, wanted.value) ?? (await applyUpgrade(move, tool, wanted.value, history));
  });
}

/** Applies the new release. Its record loses `previous` when it is ready. */
async function applyUpgrade(
  { services, cluster, run }: Move,
  tool: Tool,
  wanted: Release,
  history: History,
): Promise<Outcome> {
  const [newest] = history;
  const previous = previousOf(history, wanted);
  let record = newest;
  if (record?.digest !== wanted.digest || record.failure !== undefined || record.state === 'applying') {
    const to = previous === undefined ? {} : { previous };
    const obstacle = obstacleTo(run.title, await cluster.presence(wanted.manifests));
    if (obstacle !== undefined) return obstacle;
    const begun = await beginRelease(cluster, tool.name, history, wanted, to);
    await applyRelease(services, cluster, tool, run.input, wanted);
    record = { ...begun, state: 'applied' };
    await writeRecord(cluster, record);
  }
  const outcome = await readinessOf(services, cluster, run, wanted);
  if (outcome.state !== 'ready' || previous === undefined) return outcome;
  await cluster.removeAll(droppedBy(wanted, unfinished(history)));
  const { previous: _, ...complete } = record;
  await writeRecord(cluster, complete);
  return done;
}

/** The revision to roll back to: the last complete one. */
function previousOf(history: History, wanted: Release): number | undefined {
  if (history[0]?.previous !== undefined) return history[0].previous;
  const complete = history.find(isComplete);
  return complete?.digest === wanted.digest ? undefined : complete?.revision;
}

/**
 * A release that is not ready in time has failed, so that time remains for the rollback. A grace period would end
 * the step without one.
 */
function withinLimit({ services, run }: Move, outcome: Outcome): Outcome {
  if (outcome.state !== 'pending') return outcome;
  const { grace, ...waiting } = outcome;
  if (services.now() <= run.startedAt + UPGRADE_LIMIT * 1000) return waiting;
  const message = `${run.title}: not ready after ${UPGRADE_LIMIT / MINUTE} minutes.`;
  return failed(grace?.problem ?? problem('COMPONENT_NOT_READY', message, { cause: outcome.detail }));
}

/** Applies the previous release again and waits until it is ready. Then the upgrade has failed. */
async function rollBack(
  { services, cluster, run }: Move,
  { failure, ...found }: FailedRecord,
  history: History,
): Promise<Outcome> {
  const previous = history.find(({ revision }) => revision === found.previous);
  const release = previous ?? found;
  if (previous !== undefined) {
    await applyObjects(cluster, previous.manifests);
    await cluster.removeAll(droppedBy(previous, [found]));
    const { version, digest, manifests, makes } = previous;
    const restored = { version, digest, manifests, makes };
    await beginRelease(cluster, found.component, history, restored, { state: 'applied', failure });
  }
  const { version } = release;
  const outcome = await readinessOf(services, cluster, run, release);
  const rollbackProblem = (reason: string): Problem => ({
    ...failure.problem,
    message: `${failure.problem.message} The rollback to ${version} failed too: ${reason}`,
  });
  switch (outcome.state) {
    case 'ready':
      return failed({
        ...failure.problem,
        message: `${failure.problem.message} It was rolled back to ${version}.`,
        remedies: [manual('Fix the cause.'), repeatOperation('Then run it again.')],
      });
    case 'pending': {
      const { detail } = outcome;
      const grace = { seconds: ROLLBACK_LIMIT, problem: rollbackProblem(detail) };
      return { ...outcome, detail: `Rolling back to ${version}: ${detail}`, grace };
    }
    case 'failed':
      return failed(rollbackProblem(outcome.problem.cause ?? outcome.problem.message));
  }
}

import { MINUTE } from '../domain/duration.ts';
import { done, failed, type Outcome } from '../domain/outcome.ts';
import { problem, type Problem } from '../domain/problem.ts';
import { manual, repeatOperation } from '../domain/remedies.ts';
import type { StepRun } from '../domain/run.ts';
import { BACK_WITHIN, UP_WITHIN } from '../domain/upgrade.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';
import { applyObjects, applyRelease, readinessOf, wantedRelease } from './apply.ts';
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
 * Moves a component to the version of the catalogue, and back to the one before when its pods do not come up.
 * Every call reads from the records in the cluster how far the others came: a record with a previous release is
 * on its way, one with a failure of this operation on its way back. Data is not taken back: what the new version
 * has done to its disk stays.
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
    if (isGoingBack(newest, operation)) return goBack(move, newest, history);

    const attempted = await goForward(move, history);
    const outcome = inTime(move, attempted);
    if (outcome.state !== 'failed') return outcome;
    const now = await readHistory(cluster, input.component);
    const [current] = now;
    // Nothing was changed, or there is nothing to go back to.
    if (current?.previous === undefined) return outcome;
    const turned = { ...current, failure: { operation, problem: outcome.problem } };
    await writeRecord(cluster, turned);
    return goBack(move, turned, now);
  });
}

interface Move {
  services: Services;
  cluster: Cluster;
  run: StepRun<'upgradeComponent'>;
}

type FailedRecord = ReleaseRecord & Required<Pick<ReleaseRecord, 'failure'>>;

const isGoingBack = (newest: ReleaseRecord | undefined, operation: string): newest is FailedRecord =>
  newest?.failure?.operation === operation;

async function goForward(move: Move, history: History): Promise<Outcome> {
  const { services, cluster, run } = move;
  const tool = plannedTool(services, run.title, run.input);
  if ('state' in tool) return tool;
  return cluster.attempt(run.title, async () => {
    const wanted = await wantedRelease(services, tool, run.input);
    if (wanted.state !== 'ready') return wanted;
    return tooLarge(run.title, wanted.value) ?? (await applyUpgrade(move, tool, wanted.value, history));
  });
}

/** Applies the new release; it has no previous one any more once it is up. */
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
    const begun = await beginRelease(cluster, tool.name, history, wanted, to);
    await applyRelease(services, cluster, tool, run.input, wanted);
    record = { ...begun, state: 'applied' };
    await writeRecord(cluster, record);
  }
  const outcome = await readinessOf(services, cluster, run.title, wanted);
  if (outcome.state !== 'ready' || previous === undefined) return outcome;
  await cluster.removeAll(droppedBy(wanted, unfinished(history)));
  const { previous: _, ...complete } = record;
  await writeRecord(cluster, complete);
  return done;
}

/** The revision to go back to: the last one that is known to have been up. */
function previousOf(history: History, wanted: Release): number | undefined {
  if (history[0]?.previous !== undefined) return history[0].previous;
  const complete = history.find(isComplete);
  return complete?.digest === wanted.digest ? undefined : complete?.revision;
}

/** What is still not up by now has failed, so that there is time to go back. */
function inTime({ services, run }: Move, outcome: Outcome): Outcome {
  if (outcome.state !== 'pending' || services.now() <= run.startedAt + UP_WITHIN * 1000) return outcome;
  const late = `${run.title}: not up after ${UP_WITHIN / MINUTE} minutes.`;
  return failed(problem('COMPONENT_NOT_READY', late, { cause: outcome.detail }));
}

/** Applies the previous release again and waits until it is up; then the upgrade has failed. */
async function goBack(
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
  const outcome = await readinessOf(services, cluster, run.title, release);
  const stuck = (reason: string): Problem => ({
    ...failure.problem,
    message: `${failure.problem.message} It does not come up as ${version} again either: ${reason}`,
  });
  switch (outcome.state) {
    case 'ready':
      return failed({
        ...failure.problem,
        message: `${failure.problem.message} It went back to ${version}.`,
        remedies: [manual('Fix that.'), repeatOperation('Then run it again.')],
      });
    case 'pending': {
      const { detail } = outcome;
      const grace = { seconds: BACK_WITHIN, problem: stuck(detail) };
      return { ...outcome, detail: `Going back to ${version}: ${detail}`, grace };
    }
    case 'failed':
      return failed(stuck(outcome.problem.cause ?? outcome.problem.message));
  }
}

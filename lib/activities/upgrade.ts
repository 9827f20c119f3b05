import { componentNamed } from '../components/index.ts';
import { done, failed, type Outcome } from '../domain/outcome.ts';
import { problem, type Problem } from '../domain/problem.ts';
import { manual, repeatOperation } from '../domain/remedy.ts';
import type { StepRun } from '../domain/run.ts';
import { BACK_WITHIN, UP_WITHIN } from '../domain/upgrade.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';
import { withCluster } from './cluster.ts';
import { applyRelease, readinessOf, wantedRelease, workloadOf } from './install.ts';
import { readRelease, removeDropped, writeRelease, type AppliedRelease, type Release } from './release.ts';

/**
 * Moves a component to the version of the catalogue, and back to the one before when its pods do not come up.
 * Every call reads from the record in the cluster how far the others came: a record with a previous release is
 * on its way, one with a failure of this operation on its way back. Data is not taken back: what the new version
 * has done to its disk stays.
 */
export async function upgradeComponent(
  services: Services,
  run: StepRun<'upgradeComponent'>,
): Promise<Outcome> {
  const { input, title, operation } = run;
  return withCluster(services, input, title, async (cluster) => {
    const component = componentNamed(input.component);
    const workload = workloadOf(component);
    const record = (release: AppliedRelease) => writeRelease(cluster, component, workload, release);
    const move: Move = { services, cluster, run, record };

    const found = await readRelease(cluster, component, workload);
    if (isGoingBack(found, operation)) return goBack(move, found);
    const release = await wantedRelease(services, input);
    if (release.state !== 'ready') return release;
    const wanted = release.value;
    const previous = previousOf(found, wanted);
    const attempted = await cluster.attempt(title, () => goForward(move, found, wanted, previous));
    const outcome = inTime(move, attempted);
    if (outcome.state !== 'failed' || previous === undefined) return outcome;
    const turned = { ...wanted, previous, failure: { operation, problem: outcome.problem } };
    await record(turned);
    return goBack(move, turned);
  });
}

interface Move {
  services: Services;
  cluster: Cluster;
  run: StepRun<'upgradeComponent'>;
  /** Keeps the record in the cluster. */
  record: (release: AppliedRelease) => Promise<void>;
}

type FailedRelease = AppliedRelease & Required<Pick<AppliedRelease, 'failure'>>;

const isGoingBack = (found: AppliedRelease | undefined, operation: string): found is FailedRelease =>
  found?.failure?.operation === operation;

/** The release to go back to: the last one that is known to have been up. */
function previousOf(found: AppliedRelease | undefined, wanted: Release): Release | undefined {
  if (found === undefined || found.previous !== undefined) return found?.previous;
  const { version, digest, manifests } = found;
  return digest === wanted.digest ? undefined : { version, digest, manifests };
}

/** Applies the new release, and forgets the one before once it is up. */
async function goForward(
  { services, cluster, run, record }: Move,
  found: AppliedRelease | undefined,
  wanted: Release,
  previous: Release | undefined,
): Promise<Outcome> {
  if (found?.digest !== wanted.digest || found.failure !== undefined) {
    await applyRelease(services, cluster, run.input, wanted);
    await record({ ...wanted, ...(previous && { previous }) });
  }
  const outcome = await readinessOf(services, cluster, run.title, wanted);
  if (outcome.state !== 'ready' || previous === undefined) return outcome;
  await removeDropped(cluster, previous.manifests, wanted);
  await record(wanted);
  return done;
}

/** What is still not up by now has failed, so that there is time to go back. */
function inTime({ services, run }: Move, outcome: Outcome): Outcome {
  if (outcome.state !== 'pending' || services.now() <= run.startedAt + UP_WITHIN * 1000) return outcome;
  const late = `${run.title}: not up after ${UP_WITHIN / 60} minutes.`;
  return failed(problem('COMPONENT_NOT_READY', late, { cause: outcome.detail }));
}

/** Applies the previous release again and waits until it is up; then the upgrade has failed. */
async function goBack({ services, cluster, run, record }: Move, found: FailedRelease): Promise<Outcome> {
  const { previous, failure } = found;
  const release = previous ?? found;
  if (previous !== undefined) {
    await cluster.apply(previous.manifests);
    await removeDropped(cluster, found.manifests, previous);
    await record({ ...previous, failure });
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

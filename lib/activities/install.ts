import { referenceTo, secretsOf } from '../components/secrets.ts';
import { done, pending, type Outcome } from '../domain/outcome.ts';
import type { StepRun } from '../domain/run.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';
import { applyRelease, awaitedIn, readinessOf, wantedRelease } from './apply.ts';
import { obstacleTo } from './obstacle.ts';
import { withCluster } from './with-cluster.ts';
import { withTool, type Tool } from './planned.ts';
import { beginRelease, readHistory, writeRecord } from './release-records.ts';
import { droppedBy, isComplete, tooLarge, unfinished, type Release, type ReleaseRecord } from './release.ts';

/** The state between calls: every object was there, so that the step only waits for the pods. */
const APPLIED = 'applied';

/** Seconds until new pods show. */
const RESTART = 5;

/**
 * Installs a component and waits until its pods are ready. A release that is installed already is applied again
 * when an object of it is missing.
 */
export const installComponent = (services: Services, run: StepRun<'installComponent'>): Promise<Outcome> =>
  withTool(services, run.title, run.input, (tool) =>
    withCluster(services, run.input, run.title, async (cluster) => {
      const wanted = await wantedRelease(services, tool, run.input);
      if (wanted.state !== 'ready') return wanted;
      if (run.resume !== APPLIED) {
        const applied = await applyMissing(services, cluster, tool, run, wanted.value);
        if (applied.state !== 'ready') return applied;
      }
      const outcome = await readinessOf(services, cluster, run, wanted.value);
      return outcome.state === 'pending' ? { ...outcome, resume: APPLIED } : outcome;
    }),
  );

/** Ready when every object of the release is in the cluster. */
async function applyMissing(
  services: Services,
  cluster: Cluster,
  tool: Tool,
  { input, title }: StepRun<'installComponent'>,
  release: Release,
): Promise<Outcome> {
  const expected = [
    ...release.manifests,
    ...secretsOf(tool.workload, { isPublic: input.public !== undefined }),
  ];
  const presence = await cluster.presence(expected, release.makes.map(referenceTo));
  const obstacle = obstacleTo(title, presence);
  if (obstacle !== undefined) return obstacle;
  const history = await readHistory(cluster, tool.name);
  const wasInstalled = isInstalled(history[0], release.digest);
  if (!wasInstalled || presence.absent.length > 0) {
    const refused = tooLarge(title, release);
    if (refused !== undefined) return refused;
    const record = await beginRelease(cluster, tool.name, history, release);
    await applyRelease(services, cluster, tool, input, release);
    await cluster.removeAll(droppedBy(release, unfinished(history)));
    await writeRecord(cluster, { ...record, state: 'applied' });
  }
  // What a tool creates itself, it creates when it starts. A token of a deleted service account is not valid
  // anymore, also if there is an account of the same name again.
  const hasLostAccount = presence.absent.some(({ kind }) => kind === 'ServiceAccount');
  if (!wasInstalled || (presence.notMade.length === 0 && !hasLostAccount)) return done;
  await cluster.restart(awaitedIn(release));
  return { ...pending('Its pods are restarted', RESTART), resume: APPLIED };
}

/** A record with a previous release is an unfinished upgrade: objects of both releases may exist. */
const isInstalled = (newest: ReleaseRecord | undefined, digest: string): boolean =>
  newest?.digest === digest && isComplete(newest);

import type { Outcome } from '../domain/outcome.ts';
import type { StepRun } from '../domain/run.ts';
import type { Services } from '../services.ts';
import { applyRelease, readinessOf, wantedRelease } from './apply.ts';
import { withCluster } from './with-cluster.ts';
import { withTool } from './planned.ts';
import { beginRelease, readHistory, writeRecord } from './release-records.ts';
import { droppedBy, isComplete, tooLarge, unfinished, type ReleaseRecord } from './release.ts';

/** Installs a component and waits until its pods are up. What is installed already is not applied again. */
export const installComponent = (
  services: Services,
  { input, title }: StepRun<'installComponent'>,
): Promise<Outcome> =>
  withTool(services, title, input, (tool) =>
    withCluster(services, input, title, async (cluster) => {
      const wanted = await wantedRelease(services, tool, input);
      if (wanted.state !== 'ready') return wanted;
      const release = wanted.value;
      const history = await readHistory(cluster, tool.name);
      if (!isInstalled(history[0], release.digest)) {
        const refused = tooLarge(title, release);
        if (refused !== undefined) return refused;
        const record = await beginRelease(cluster, tool.name, history, release);
        await applyRelease(services, cluster, tool, input, release);
        await cluster.removeAll(droppedBy(release, unfinished(history)));
        await writeRecord(cluster, { ...record, state: 'applied' });
      }
      return readinessOf(services, cluster, title, release);
    }),
  );

/** A release with a previous one is an upgrade that was cut short: both may be there in part. */
const isInstalled = (newest: ReleaseRecord | undefined, digest: string): boolean =>
  newest?.digest === digest && isComplete(newest);

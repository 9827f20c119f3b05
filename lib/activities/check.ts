import { CanaryError, type CanaryCluster } from '../components/component.ts';
import { done, failed, pending, type Outcome } from '../domain/outcome.ts';
import { problem, type Problem } from '../domain/problem.ts';
import type { StepRun } from '../domain/run.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';
import { withCluster } from './with-cluster.ts';
import { withTool } from './planned.ts';

/** A tool that has just come up may need a moment; after so many tries it has failed. */
const TRIES = 6;
const TRY_EVERY = 5;

/** Uses the component as its users will. */
export const checkComponent = (
  services: Services,
  { input, title, attempt }: StepRun<'checkComponent'>,
): Promise<Outcome> =>
  withTool(services, title, input, ({ workload: { namespace, canary } }) =>
    withCluster(services, input, title, (cluster) =>
      useTool(
        attempt,
        () => canary(canaryCluster(cluster, namespace)),
        (cause) => problem('CANARY_FAILED', `${title}: it runs but does not do its work.`, { cause }),
      ),
    ),
  );

/** Does something with a tool that may have just come up; `trouble` is the problem once all tries have failed. */
export async function useTool(
  attempt: number,
  work: () => Promise<void>,
  trouble: (cause: string) => Problem,
): Promise<Outcome> {
  try {
    await work();
    return done;
  } catch (error) {
    if (!(error instanceof CanaryError)) throw error;
    return attempt < TRIES ? pending(error.message, TRY_EVERY) : failed(trouble(error.message));
  }
}

/** A tool's namespace, as canaries see it. */
export const canaryCluster = (cluster: Cluster, namespace: string): CanaryCluster => ({
  call: (service, request) => cluster.call(namespace, service, request),
  read: (object) => cluster.read(object),
  secret: async (name, key) => {
    const value = await cluster.secretValue({ namespace, name, key });
    if (value === undefined) throw new CanaryError(`Secret ${name} has no ${key}.`);
    return value;
  },
});

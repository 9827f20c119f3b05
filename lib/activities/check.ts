import { CanaryError, type CanaryCluster } from '../components/component.ts';
import { componentNamed } from '../components/index.ts';
import { done, failed, pending, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import type { StepRun } from '../domain/run.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';
import { withCluster } from './cluster.ts';
import { workloadOf } from './install.ts';

/** A tool that has just come up may need a moment; after so many tries its canary has failed. */
const TRIES = 6;
const TRY_EVERY = 5;

/** Uses the component as its users will. */
export async function checkComponent(
  services: Services,
  { input, title, attempt }: StepRun<'checkComponent'>,
): Promise<Outcome> {
  return withCluster(services, input, title, async (cluster) => {
    const { namespace, canary } = workloadOf(componentNamed(input.component));
    try {
      await canary(canaryCluster(cluster, namespace));
      return done;
    } catch (error) {
      if (!(error instanceof CanaryError)) throw error;
      if (attempt < TRIES) return pending(error.message, TRY_EVERY);
      return failed(
        problem('CANARY_FAILED', `${title}: it runs but does not do its work.`, { cause: error.message }),
      );
    }
  });
}

const canaryCluster = (cluster: Cluster, namespace: string): CanaryCluster => ({
  call: (service, request) => cluster.call(namespace, service, request),
  read: (object) => cluster.read(object),
  secret: async (name, key) => {
    const value = await cluster.secretValue({ namespace, name, key });
    if (value === undefined) throw new CanaryError(`Secret ${name} has no ${key}.`);
    return value;
  },
});

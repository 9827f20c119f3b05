import { CanaryError, type CanaryCluster } from '../components/component.ts';
import { done, failed, pending, type Outcome } from '../domain/outcome.ts';
import { problem, type Problem } from '../domain/problem.ts';
import type { StepRun } from '../domain/run.ts';
import { scrub } from '../domain/scrub.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';
import { newRole } from './new-role.ts';
import { withCluster } from './with-cluster.ts';
import { withTool } from './planned.ts';

/** A tool that just started may need more time. After this many tries the check fails. */
const TRIES = 6;
const TRY_EVERY = 5;
/** Seconds between tries with a reason to go on. */
const EXCUSED_EVERY = 15;

/** Runs the canary of a component: it uses the tool as users do. */
export const checkComponent = (
  services: Services,
  { input, title, attempt }: StepRun<'checkComponent'>,
): Promise<Outcome> =>
  withTool(services, title, input, ({ workload: { namespace, canary } }) =>
    withCluster(services, input, title, (cluster) =>
      useTool(
        attempt,
        (handled) => canary(canaryCluster(cluster, namespace, handled)),
        (cause) => problem('CANARY_FAILED', `${title}: it runs but does not work.`, { cause }),
        async ({ status = 0 }) =>
          status === 403 || status >= 500 ? await newRole(services, input, services.now()) : undefined,
      ),
    ),
  );

/**
 * Runs work with a tool that may have just started, with retries; `toProblem` gives the problem after the last try.
 * `excuse` gives the reason to go on then, if there is one. The work adds the secret values that it uses to `handled`:
 * the tool may quote them in an error.
 */
export async function useTool(
  attempt: number,
  work: (handled: string[]) => Promise<void>,
  toProblem: (cause: string) => Problem,
  excuse: (error: CanaryError) => Promise<string | undefined> = () => Promise.resolve(undefined),
): Promise<Outcome> {
  const handled: string[] = [];
  try {
    await work(handled);
    return done;
  } catch (error) {
    if (!(error instanceof CanaryError)) throw error;
    const reason = scrub(error.message, handled);
    if (attempt < TRIES) return pending(reason, TRY_EVERY);
    const excused = await excuse(error);
    return excused === undefined
      ? failed(toProblem(reason))
      : pending(`${reason}. ${excused}`, EXCUSED_EVERY);
  }
}

/** The part of the cluster that a canary of a namespace may use. Secrets that it reads are added to `handled`. */
export const canaryCluster = (cluster: Cluster, namespace: string, handled: string[]): CanaryCluster => ({
  call: (service, request) => cluster.call(namespace, service, request),
  read: (object) => cluster.read(object),
  list: ({ apiVersion, kind, namespace: within }, labels) => cluster.list(apiVersion, kind, within, labels),
  secret: async (name, key) => {
    const value = await cluster.secretValue({ namespace, name, key });
    if (value === undefined) throw new CanaryError(`Secret ${name} has no ${key}.`);
    handled.push(value);
    return value;
  },
});

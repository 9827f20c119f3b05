import { createHash } from 'node:crypto';
import { CanaryError, type VerificationCluster } from '../components/component.ts';
import { MINUTE } from '../domain/duration.ts';
import { done, failed, pending, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import type { StepRun } from '../domain/run.ts';
import { scrub } from '../domain/scrub.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';
import { canaryCluster } from './check.ts';
import { newRole } from './new-role.ts';
import { withTool } from './planned.ts';
import { withCluster } from './with-cluster.ts';

/** Seconds between two looks. */
const LOOK_EVERY = 5;

/** Seconds until a program runs again, while its role on the storage is new. */
const AGAIN_AFTER = 30;

/** How long a tool may refuse without a pause, in seconds: it may have just started. */
const PATIENCE = 2 * MINUTE;

/** The label of everything that verifications create; its value is the name of one verification. */
const LABEL = 'matcha.dev/verification';
const ALL = { 'app.kubernetes.io/managed-by': 'matcha', 'app.kubernetes.io/component': 'verification' };

/** Uses a component as its users do, and removes nothing: the last step of the operation does. */
export const verifyComponent = (
  services: Services,
  { input, title, operation, startedAt, resume }: StepRun<'verifyComponent'>,
): Promise<Outcome> =>
  withTool(services, title, input, ({ verification }) =>
    withCluster(services, input, title, async (cluster) => {
      const { stack, image, condition } = input;
      if (verification === undefined || image === undefined)
        return failed(problem('CATALOGUE_CHANGED', `${title}: it cannot be verified anymore.`));
      const handled: string[] = [];
      // The time of a later try, which has a name of its own.
      const name = nameOf(`${operation}${resume ?? ''}`);
      const leftovers = await leftBy(cluster, verification.creates, name);
      if (leftovers.length > 0) {
        await cluster.removeAll(leftovers);
        return pending('removing an earlier verification', LOOK_EVERY, resume);
      }
      try {
        const progress = await verification.run(verificationCluster(cluster, handled), {
          stack,
          name,
          labels: { ...ALL, [LABEL]: name },
          image,
        });
        if (progress.state === 'passed') return done;
        if (progress.state === 'running') return pending(scrub(progress.detail, handled), LOOK_EVERY, resume);
        const cause = scrub(progress.cause, handled);
        const excuse = progress.ran ? await newRole(services, input, Number(resume ?? startedAt)) : undefined;
        if (excuse === undefined) return failed(problemOf(title, condition, cause));
        return pending(`${cause}. ${excuse}`, AGAIN_AFTER, String(services.now() + AGAIN_AFTER * 1000));
      } catch (error) {
        if (!(error instanceof CanaryError)) throw error;
        const reason = scrub(error.message, handled);
        const grace = { seconds: PATIENCE, problem: problemOf(title, condition, reason) };
        return { ...pending(reason, LOOK_EVERY, resume), grace };
      }
    }),
  );

const problemOf = (title: string, condition: string, cause: string) =>
  condition === 'ServingVerified'
    ? problem('MODEL_NOT_SERVED', `${title}: the model was not served.`, { cause })
    : problem('PIPELINE_FAILED', `${title}: it did not run to its end.`, { cause });

/** Removes what verifications left in the cluster, and waits until it is gone. */
export const removeVerification = (
  services: Services,
  { input, title }: StepRun<'removeVerification'>,
): Promise<Outcome> =>
  withCluster(services, input, title, async (cluster) => {
    const kinds = input.components.flatMap(
      (name) => services.catalogue.find(name)?.verification?.creates ?? [],
    );
    const left = await leftBy(cluster, kinds);
    if (left.length === 0) return done;
    await cluster.removeAll(left);
    return pending(`removing ${left.map(({ kind }) => kind).join(', ')}`, LOOK_EVERY);
  });

/** The objects that verifications created, except those of the named one. */
async function leftBy(
  cluster: Cluster,
  kinds: readonly { apiVersion: string; kind: string; namespace: string }[],
  except?: string,
) {
  const found = await Promise.all(
    kinds.map(({ apiVersion, kind, namespace }) => cluster.list(apiVersion, kind, namespace, ALL)),
  );
  return found.flat().filter(({ metadata }) => metadata.labels?.[LABEL] !== except);
}

/** A name of an object, which is shorter than an operation id. */
const nameOf = (operation: string): string =>
  `verify-${createHash('sha256').update(operation).digest('hex').slice(0, 10)}`;

const verificationCluster = (cluster: Cluster, handled: string[]): VerificationCluster => ({
  within: (namespace) => canaryCluster(cluster, namespace, handled),
  list: ({ apiVersion, kind, namespace }, labels) => cluster.list(apiVersion, kind, namespace, labels),
  apply: (object) => cluster.apply([object]),
  async createSecret(secret) {
    handled.push(...Object.values((secret as { stringData?: Record<string, string> }).stringData ?? {}));
    await cluster.createOnce(secret);
  },
});

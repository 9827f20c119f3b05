import { CanaryError, type ResolvedRegistration } from '../components/component.ts';
import { failed, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import type { Registration } from '../domain/registration.ts';
import type { StepRun } from '../domain/run.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';
import { canaryCluster, useTool } from './check.ts';
import { withCluster } from './with-cluster.ts';

/** Registers the stack with one of its components, so that its users find the other components. */
export async function registerStack(
  services: Services,
  { input, title, attempt }: StepRun<'registerStack'>,
): Promise<Outcome> {
  const { registrar, workload } = services.catalogue.find(input.component) ?? {};
  if (registrar === undefined || workload === undefined)
    return failed(problem('CATALOGUE_CHANGED', `${title}: the catalogue no longer has ${input.component}.`));
  return withCluster(services, input, title, (cluster) =>
    useTool(
      attempt,
      async (handled) => {
        const registrations = await Promise.all(
          input.registrations.map((one) => resolved(cluster, one, handled)),
        );
        const tool = canaryCluster(cluster, workload.namespace, handled);
        await registrar.register(tool, input.stack, registrations);
      },
      (cause) => problem('REGISTRATION_FAILED', `${title}: it was not accepted.`, { cause }),
    ),
  );
}

/** Replaces references to secrets by their values, which are added to `handled`. */
async function resolved(
  cluster: Cluster,
  { secret, ...registration }: Registration,
  handled: string[],
): Promise<ResolvedRegistration> {
  if (secret === undefined) return registration;
  const values = Object.entries(secret).map(async ([key, value]) => {
    if (typeof value === 'string') return [key, value] as const;
    const found = await cluster.secretValue(value.secret);
    if (found === undefined) throw new CanaryError(`The cluster has no value for ${key} yet.`);
    handled.push(found);
    return [key, found] as const;
  });
  return { ...registration, secret: Object.fromEntries(await Promise.all(values)) };
}

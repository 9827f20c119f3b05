import { CanaryError, type Part } from '../components/component.ts';
import { failed, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import type { Registration } from '../domain/registration.ts';
import type { StepRun } from '../domain/run.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';
import { canaryCluster, useTool } from './check.ts';
import { withCluster } from './with-cluster.ts';

/** Registers what the stack has with one of its components, so that users of that find it there. */
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
      async () => {
        const parts = await Promise.all(input.registrations.map((one) => revealed(cluster, one)));
        await registrar.register(canaryCluster(cluster, workload.namespace), input.stack, parts);
      },
      (cause) => problem('REGISTRATION_FAILED', `${title}: it was not accepted.`, { cause }),
    ),
  );
}

/** With the values of its secret in place of where they lie. */
async function revealed(cluster: Cluster, { secret, ...registration }: Registration): Promise<Part> {
  if (secret === undefined) return registration;
  const values = Object.entries(secret).map(async ([key, value]) => {
    const found = typeof value === 'string' ? value : await cluster.secretValue(value.secret);
    if (found === undefined) throw new CanaryError(`The cluster has no value for ${key} yet.`);
    return [key, found] as const;
  });
  return { ...registration, secret: Object.fromEntries(await Promise.all(values)) };
}

import { CanaryError } from '../components/component.ts';
import { ENDPOINTS } from '../components/ports.ts';
import type { Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import type { StepRun } from '../domain/run.ts';
import type { Registration } from '../domain/zenml-stack.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';
import { canaryCluster, useTool } from './check.ts';
import { withCluster } from './cluster.ts';
import { registerStack, type Part } from './register-stack.ts';

/** Registers the stack with its ZenML, so that its users need no more than choose it. */
export async function linkStack(
  services: Services,
  { input, title, attempt }: StepRun<'linkStack'>,
): Promise<Outcome> {
  return withCluster(services, input, title, (cluster) =>
    useTool(
      attempt,
      async () => {
        const parts = await Promise.all(input.registrations.map((one) => revealed(cluster, one)));
        await registerStack(canaryCluster(cluster, ENDPOINTS.zenml.namespace), input.stack, parts);
      },
      (cause) => problem('LINK_FAILED', `${title}: ZenML did not take it.`, { cause }),
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

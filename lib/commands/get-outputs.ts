import type { Output, Outputs } from '../components/component.ts';
import { selectOutputs, type OutputSelection } from '../components/select-outputs.ts';
import { resourceNames, type ResourceNames } from '../domain/names.ts';
import { ready } from '../domain/outcome.ts';
import type { CommandName } from '../domain/policy.ts';
import { actorOf, type Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Services } from '../services.ts';
import type { StackRecord } from '../tables/index.ts';
import { refuseIfHibernated, stackFor } from './read-stacks.ts';
import { valueOf } from './value-of.ts';

/** Replaces a secret that was not requested. */
export const HIDDEN = '********';

/** Values by resource, then by property. */
export type OutputValues = Record<string, Record<string, string>>;

/**
 * The addresses and names of a stack's tools: all of them, those of a resource, or one. Secrets are shown on request
 * only, and that adds an event.
 */
export async function getOutputs(
  services: Services,
  principal: Principal,
  { name, reveal, ...selection }: { name: string; reveal: boolean } & OutputSelection,
): Promise<OutputValues> {
  const stack = await provisionedStack(services, principal, reveal ? 'revealSecrets' : 'getOutputs', name);
  const names = resourceNames(name, stack.suffix);
  const all = services.catalogue.outputsOf({ spec: stack.spec, names });
  const outputs = selectOutputs(all, stack.spec, selection);
  const revealed = reveal && hasSecrets(outputs);
  if (revealed) refuseIfHibernated(stack);
  // All or nothing: a script would take a part of the outputs for all of them.
  const values = await resolve(services, names, outputs, reveal);
  if (revealed) await recordReveal(services, principal, name);
  return values;
}

const hasSecrets = (outputs: Outputs): boolean =>
  Object.values(outputs).some((properties) =>
    Object.values(properties).some((output) => typeof output !== 'string'),
  );

/** Records that a caller is shown secrets. */
export function recordReveal({ store, now }: Services, principal: Principal, stack: string) {
  const at = new Date(now()).toISOString();
  const message = `${principal.name} was shown the secrets of ${stack}.`;
  return store.appendEvent(stack, { at, kind: 'secrets.revealed', ...actorOf(principal), message });
}

/** The record of a stack whose outputs are valid. Throws STACK_NOT_PROVISIONED otherwise. */
export async function provisionedStack(
  services: Services,
  principal: Principal,
  command: CommandName,
  name: string,
): Promise<StackRecord> {
  const { value: stack } = await stackFor(services, principal, command, name);
  if (['Ready', 'Degraded', 'Updating', 'Hibernated'].includes(stack.phase)) return stack;
  throw new ProblemError(
    'STACK_NOT_PROVISIONED',
    `${name} is ${stack.phase}; its outputs are not available.`,
  );
}

async function resolve(
  services: Services,
  names: ResourceNames,
  outputs: Outputs,
  reveal: boolean,
): Promise<OutputValues> {
  const valueOf = async (output: Output) => {
    if (typeof output === 'string') return output;
    return reveal ? secretOf(services, names, output) : HIDDEN;
  };
  const resources = Object.entries(outputs).map(async ([resource, properties]) => {
    const values = Object.entries(properties).map(async ([property, output]) => [
      property,
      await valueOf(output),
    ]);
    return [resource, Object.fromEntries(await Promise.all(values)) as Record<string, string>];
  });
  return Object.fromEntries(await Promise.all(resources)) as OutputValues;
}

/** The value of a secret output. */
export async function secretOf(
  { azure, kubernetes }: Services,
  { resourceGroup, cluster, storageAccount }: ResourceNames,
  output: Exclude<Output, string>,
): Promise<string> {
  if ('storage' in output)
    return valueOf(await azure.connectionString(resourceGroup, storageAccount), 'AZURE_UNAVAILABLE');
  const opened = valueOf(await kubernetes.open(resourceGroup, cluster), 'AZURE_UNAVAILABLE');
  const read = async () => ready(await opened.secretValue(output.secret));
  const value = valueOf(await opened.attempt('Outputs', read), 'CLUSTER_UNREACHABLE');
  if (value !== undefined) return value;
  throw new ProblemError('CLUSTER_UNREACHABLE', `The cluster has no Secret ${output.secret.name}.`);
}

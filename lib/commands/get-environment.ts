import type { Environment } from '../api/stack.ts';
import type { ClientLocation } from '../components/component.ts';
import { resourceNames } from '../domain/names.ts';
import type { Principal } from '../domain/principal.ts';
import type { Services } from '../services.ts';
import { provisionedStack, recordReveal, secretOf } from './get-outputs.ts';
import { refuseIfHibernated } from './read-stacks.ts';

/**
 * Environment variables for clients of a stack's tools, outside or in the cluster. Those that sign in are included on
 * request, and that adds an event.
 */
export async function getEnvironment(
  services: Services,
  principal: Principal,
  { name, from, reveal }: { name: string; from: ClientLocation; reveal: boolean },
): Promise<Environment> {
  const stack = await provisionedStack(
    services,
    principal,
    reveal ? 'revealSecrets' : 'getEnvironment',
    name,
  );
  const names = resourceNames(name, stack.suffix);
  const context = { spec: stack.spec, names };
  const variables = services.catalogue.environmentOf(context, from);
  const signIn = Object.entries(services.catalogue.signInOf(context, from));
  if (!reveal) {
    const withheld = signIn.map(([variable]) => variable).filter((variable) => !(variable in variables));
    return { variables, withheld };
  }
  if (signIn.length === 0) return { variables, withheld: [] };
  refuseIfHibernated(stack);
  const values = signIn.map(async ([variable, output]): Promise<[string, string]> => [
    variable,
    typeof output === 'string' ? output : await secretOf(services, names, output),
  ]);
  const revealed = Object.fromEntries(await Promise.all(values));
  await recordReveal(services, principal, name);
  return { variables: { ...variables, ...revealed }, withheld: [] };
}

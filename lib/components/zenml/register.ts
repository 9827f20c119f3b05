import { isDeepStrictEqual } from 'node:util';
import { at, pathTo, textAt, type ToolCall } from '../canary.ts';
import type { CanaryCluster, ResolvedRegistration } from '../component.ts';
import { listNamed, logIn } from './api.ts';
import { registeredName, registeredSecret } from './names.ts';

/**
 * Changes ZenML's stack to have exactly these registrations, with constant names; writes nothing when it has
 * them. What users registered or set there stays. Throws a CanaryError with the error of ZenML.
 */
export async function register(
  cluster: CanaryCluster,
  stack: string,
  registrations: readonly ResolvedRegistration[],
): Promise<void> {
  const call = await logIn(cluster);
  const name = registeredName(stack);
  const secrets = await listNamed(call, 'secrets', `startswith:${name}-`);
  const components = await listNamed(call, 'components', name);
  const [known] = await listNamed(call, 'stacks', name);

  // Secrets come first, because ZenML resolves references in a configuration.
  const kept = new Set<unknown>();
  for (const { type, secret } of registrations) {
    if (secret === undefined) continue;
    const secretName = registeredSecret(stack, type);
    kept.add(secretName);
    await putSecret(
      call,
      secretName,
      secret,
      secrets.find((one) => at(one, 'name') === secretName),
    );
  }
  const ids: Record<string, string[]> = {};
  for (const registration of registrations) {
    const found = components.find((one) => at(one, 'body', 'type') === registration.type);
    ids[registration.type] = [await putComponent(call, name, registration, found)];
  }
  await putStack(call, name, ids, known);

  // Last, because ZenML does not delete components of a stack.
  for (const one of components.filter((found) => !(textAt('A component', found, 'body', 'type') in ids))) {
    await call(`Removing the ${typeOf(one)}`, 'DELETE', pathTo`components/${idOf(one)}`);
  }
  for (const one of secrets.filter((found) => !kept.has(at(found, 'name')))) {
    await call('Removing a secret', 'DELETE', pathTo`secrets/${idOf(one)}`);
  }
}

async function putSecret(call: ToolCall, name: string, values: Record<string, string>, found: unknown) {
  if (found === undefined) {
    await call(`Creating the secret ${name}`, 'POST', 'secrets', { name, values });
    return;
  }
  // Lists do not contain the values.
  const read = await call(`Reading the secret ${name}`, 'GET', pathTo`secrets/${idOf(found)}`);
  if (isSet(at(read, 'body', 'values'), values)) return;
  await call(`Changing the secret ${name}`, 'PUT', pathTo`secrets/${idOf(found)}`, { values });
}

/** Returns the id of the component. */
async function putComponent(
  call: ToolCall,
  name: string,
  registration: ResolvedRegistration,
  found: unknown,
): Promise<string> {
  const { type, flavor, configuration } = registration;
  const what = type.replaceAll('_', ' ');
  if (found === undefined) {
    const body = { name, type, flavor, configuration };
    return idOf(await call(`Registering the ${what}`, 'POST', 'components', body));
  }
  const before = at(found, 'metadata', 'configuration');
  if (!isSet(before, configuration)) {
    // Without them ZenML would remove a connector that a user set.
    const connector = at(found, 'metadata', 'connector', 'id');
    const resource = at(found, 'metadata', 'connector_resource_id');
    await call(`Updating the ${what}`, 'PUT', pathTo`components/${idOf(found)}`, {
      configuration: { ...(before as object), ...configuration },
      ...(connector !== undefined && { connector, connector_resource_id: resource }),
    });
  }
  return idOf(found);
}

async function putStack(call: ToolCall, name: string, components: Record<string, string[]>, found: unknown) {
  if (found === undefined) {
    const description = 'All components of this Matcha stack. Matcha updates it.';
    await call('Registering the stack', 'POST', 'stacks', { name, description, components });
    return;
  }
  const before = Object.entries(at(found, 'metadata', 'components') as Record<string, unknown[]>);
  const ids = Object.fromEntries(before.map(([type, members]) => [type, members.map(idOf)]));
  if (isDeepStrictEqual(ids, components)) return;
  await call('Updating the stack', 'PUT', pathTo`stacks/${idOf(found)}`, { components });
}

const idOf = (one: unknown): string => textAt('A response', one, 'id');

const typeOf = (one: unknown): string => textAt('A component', one, 'body', 'type').replaceAll('_', ' ');

/** Whether all wanted values are set; ZenML may leave out null values. */
const isSet = (found: unknown, wanted: Record<string, unknown>): boolean =>
  Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(at(found, key) ?? null, value));

import { isDeepStrictEqual } from 'node:util';
import { at, pathTo, textAt } from '../canary.ts';
import type { CanaryCluster, Part } from '../component.ts';
import { listNamed, logIn, type ZenmlCall } from './api.ts';
import { registeredName, registeredSecret } from './names.ts';

/**
 * Makes ZenML's stack have exactly these parts, by the same names as before; where it has, nothing is written.
 * What others have registered or set there stays. Throws a CanaryError with what ZenML answered.
 */
export async function register(cluster: CanaryCluster, stack: string, parts: readonly Part[]): Promise<void> {
  const call = await logIn(cluster);
  const name = registeredName(stack);
  const secrets = await listNamed(call, 'secrets', `startswith:${name}-`);
  const components = await listNamed(call, 'components', name);
  const [known] = await listNamed(call, 'stacks', name);

  // ZenML looks up what a configuration refers to.
  const kept = new Set<unknown>();
  for (const { type, secret } of parts) {
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
  for (const part of parts) {
    const found = components.find((one) => at(one, 'body', 'type') === part.type);
    ids[part.type] = [await putComponent(call, name, part, found)];
  }
  await putStack(call, name, ids, known);

  // ZenML keeps what a stack still has.
  for (const one of components.filter((found) => !(textAt('A component', found, 'body', 'type') in ids))) {
    await call(`Removing the ${typeOf(one)}`, 'DELETE', pathTo`components/${idOf(one)}`);
  }
  for (const one of secrets.filter((found) => !kept.has(at(found, 'name')))) {
    await call('Removing a secret', 'DELETE', pathTo`secrets/${idOf(one)}`);
  }
}

async function putSecret(call: ZenmlCall, name: string, values: Record<string, string>, found: unknown) {
  if (found === undefined) {
    await call(`Making the secret ${name}`, 'POST', 'secrets', { name, values });
    return;
  }
  // Lists leave the values out.
  const read = await call(`Reading the secret ${name}`, 'GET', pathTo`secrets/${idOf(found)}`);
  if (isSet(at(read, 'body', 'values'), values)) return;
  await call(`Changing the secret ${name}`, 'PUT', pathTo`secrets/${idOf(found)}`, { values });
}

/** Returns its id. */
async function putComponent(call: ZenmlCall, name: string, part: Part, found: unknown): Promise<string> {
  const { type, flavor, configuration } = part;
  const what = type.replaceAll('_', ' ');
  if (found === undefined) {
    const body = { name, type, flavor, configuration };
    return idOf(await call(`Registering the ${what}`, 'POST', 'components', body));
  }
  const before = at(found, 'metadata', 'configuration');
  if (!isSet(before, configuration)) {
    // Without them ZenML would forget a connector that somebody gave it.
    const connector = at(found, 'metadata', 'connector', 'id');
    const resource = at(found, 'metadata', 'connector_resource_id');
    await call(`Updating the ${what}`, 'PUT', pathTo`components/${idOf(found)}`, {
      configuration: { ...(before as object), ...configuration },
      ...(connector !== undefined && { connector, connector_resource_id: resource }),
    });
  }
  return idOf(found);
}

async function putStack(call: ZenmlCall, name: string, components: Record<string, string[]>, found: unknown) {
  if (found === undefined) {
    const description = 'Everything that this Matcha stack has. Matcha keeps it up to date.';
    await call('Registering the stack', 'POST', 'stacks', { name, description, components });
    return;
  }
  const before = Object.entries(at(found, 'metadata', 'components') as Record<string, unknown[]>);
  const ids = Object.fromEntries(before.map(([type, members]) => [type, members.map(idOf)]));
  if (isDeepStrictEqual(ids, components)) return;
  await call('Updating the stack', 'PUT', pathTo`stacks/${idOf(found)}`, { components });
}

const idOf = (one: unknown): string => textAt('An answer', one, 'id');

const typeOf = (one: unknown): string => textAt('A component', one, 'body', 'type').replaceAll('_', ' ');

/** Whether all that is wanted is so; ZenML may leave out what is null. */
const isSet = (found: unknown, wanted: Record<string, unknown>): boolean =>
  Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(at(found, key) ?? null, value));

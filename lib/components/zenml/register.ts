import { isDeepStrictEqual } from 'node:util';
import { isPlainObject, type Members } from '../../domain/json.ts';
import type { Place } from '../../domain/registration.ts';
import { at, pathTo, textAt, type ToolCall } from '../canary.ts';
import type { CanaryCluster, ResolvedRegistration } from '../component.ts';
import { listNamed, logIn } from './api.ts';
import { registeredName, registeredSecret } from './names.ts';
import { isSame, mergedSettings, ownSettings } from './settings.ts';

const PLACES: readonly Place[] = ['cluster', 'local', 'serving'];

/** The registrations in the stack of each place, besides those for everywhere. */
const PARTS: Record<Place, readonly Place[]> = {
  cluster: ['cluster'],
  local: ['local'],
  serving: ['cluster', 'serving'],
};

const DESCRIPTIONS: Record<Place, string> = {
  cluster: 'The components of this Matcha stack for pipelines that run in its cluster. Matcha updates it.',
  serving: 'As the stack for all pipelines, with the model deployer. Matcha updates it.',
  local: 'The components of this Matcha stack for pipelines that run on your machine. Matcha updates it.',
};

/** The label of a component with what Matcha set, as JSON, so that it can take it back. */
const APPLIED = 'matcha.dev/applied';

/**
 * Changes ZenML to have exactly these registrations, with constant names: a stack for each place that
 * has registrations. Writes nothing when it has them. What users registered or set
 * there stays. Throws a CanaryError with the error of ZenML.
 */
export async function register(
  cluster: CanaryCluster,
  stack: string,
  registrations: readonly ResolvedRegistration[],
): Promise<void> {
  const call = await logIn(cluster);
  const names = PLACES.map((place) => registeredName(stack, place));
  const secrets = await listNamed(call, 'secrets', `startswith:${registeredName(stack)}-`);
  const components = (await Promise.all(names.map((name) => listNamed(call, 'components', name)))).flat();
  const stacks = (await Promise.all(names.map((name) => listNamed(call, 'stacks', name)))).flat();

  // Secrets come first, because ZenML resolves references in a configuration.
  const wanted = secretsOf(stack, registrations);
  for (const [name, values] of wanted) await putSecret(call, name, values, secrets.find(named(name)));

  const registered: { place: Place | undefined; type: string; id: string }[] = [];
  for (const registration of registrations) {
    const { place, type } = registration;
    const name = registeredName(stack, place);
    const found = components.find((one) => named(name)(one) && at(one, 'body', 'type') === type);
    registered.push({ place, type, id: await putComponent(call, name, registration, found) });
  }
  for (const place of PLACES) {
    const name = registeredName(stack, place);
    const found = stacks.find(named(name));
    if (!registered.some((one) => one.place === place)) {
      if (found !== undefined) await call('Removing a stack', 'DELETE', pathTo`stacks/${idOf(found)}`);
      continue;
    }
    const isMember = (of: Place | undefined) => of === undefined || PARTS[place].includes(of);
    const members = registered.filter((one) => isMember(one.place));
    const components = Object.fromEntries(members.map(({ type, id }) => [type, [id]]));
    await putStack(call, { name, description: DESCRIPTIONS[place], components }, found);
  }

  // Last, because ZenML does not delete components of a stack.
  const kept = registered.map(({ id }) => id);
  for (const one of components.filter((found) => !kept.includes(idOf(found)))) {
    await call(`Removing the ${typeOf(one)}`, 'DELETE', pathTo`components/${idOf(one)}`);
  }
  for (const one of secrets.filter((found) => !wanted.has(textAt('A secret', found, 'name')))) {
    await call('Removing a secret', 'DELETE', pathTo`secrets/${idOf(one)}`);
  }
}

/** The secrets by name. Registrations of one type share theirs. */
const secretsOf = (stack: string, registrations: readonly ResolvedRegistration[]) =>
  new Map(
    registrations.flatMap(({ type, secret }) =>
      secret === undefined ? [] : [[registeredSecret(stack, type), secret] as const],
    ),
  );

async function putSecret(call: ToolCall, name: string, values: Record<string, string>, found: unknown) {
  if (found === undefined) {
    await call(`Creating the secret ${name}`, 'POST', 'secrets', { name, values });
    return;
  }
  // Lists do not contain the values.
  const read = await call(`Reading the secret ${name}`, 'GET', pathTo`secrets/${idOf(found)}`);
  const set = at(read, 'body', 'values');
  if (Object.entries(values).every(([key, value]) => at(set, key) === value)) return;
  await call(`Changing the secret ${name}`, 'PUT', pathTo`secrets/${idOf(found)}`, { values });
}

/** Returns the id of the component. */
async function putComponent(
  call: ToolCall,
  name: string,
  registration: ResolvedRegistration,
  found: unknown,
): Promise<string> {
  const { type, flavor } = registration;
  const what = type.replaceAll('_', ' ');
  const applied = JSON.stringify(ownSettings(registration));
  if (found === undefined) {
    const body = {
      name,
      type,
      flavor,
      configuration: ownSettings(registration),
      labels: { [APPLIED]: applied },
    };
    return idOf(await call(`Registering the ${what}`, 'POST', 'components', body));
  }
  const before = recordOf(at(found, 'metadata', 'configuration'));
  const labels = recordOf(at(found, 'metadata', 'labels'));
  const configuration = mergedSettings(before, parsed(labels[APPLIED]), registration);
  if (isSame(before, configuration) && labels[APPLIED] === applied) return idOf(found);
  // Without them ZenML would remove a connector that a user set.
  const connector = at(found, 'metadata', 'connector', 'id');
  const resource = at(found, 'metadata', 'connector_resource_id');
  await call(`Updating the ${what}`, 'PUT', pathTo`components/${idOf(found)}`, {
    configuration,
    labels: { ...labels, [APPLIED]: applied },
    ...(connector !== undefined && { connector, connector_resource_id: resource }),
  });
  return idOf(found);
}

interface ZenmlStack {
  name: string;
  description: string;
  components: Record<string, string[]>;
}

async function putStack(call: ToolCall, { components, ...stack }: ZenmlStack, found: unknown) {
  if (found === undefined) {
    await call('Registering the stack', 'POST', 'stacks', { ...stack, components });
    return;
  }
  const before = Object.entries(recordOf(at(found, 'metadata', 'components'))) as [string, unknown[]][];
  const ids = Object.fromEntries(before.map(([type, members]) => [type, members.map(idOf)]));
  if (isDeepStrictEqual(ids, components)) return;
  await call('Updating the stack', 'PUT', pathTo`stacks/${idOf(found)}`, { components });
}

const idOf = (one: unknown): string => textAt('A response', one, 'id');

const named =
  (name: string) =>
  (one: unknown): boolean =>
    at(one, 'name') === name;

const typeOf = (one: unknown): string => textAt('A component', one, 'body', 'type').replaceAll('_', ' ');

const recordOf = (value: unknown): Members => (isPlainObject(value) ? value : {});

/** A user may have changed the label. Then all settings are taken for those of users. */
function parsed(applied: unknown): Members {
  try {
    return recordOf(JSON.parse(String(applied)));
  } catch {
    return {};
  }
}

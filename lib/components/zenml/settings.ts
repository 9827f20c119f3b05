import { isDeepStrictEqual } from 'node:util';
import { isPlainObject, type Members as Settings } from '../../domain/json.ts';

interface Wanted {
  configuration: Settings;
  defaults?: Settings;
}

/** What Matcha sets: its values and, below them, those that users may change. */
export const ownSettings = ({ configuration, defaults = {} }: Wanted): Settings =>
  overlaid(defaults, configuration) as Settings;

/**
 * The settings of a component in ZenML: what Matcha wants, over what users set, over what users may change.
 * `applied` is what Matcha set the last time: such a value that nobody changed and that is no longer wanted goes.
 * Objects are merged member by member, and lists whose members have names (or keys) by name.
 */
export function mergedSettings(
  current: Settings,
  applied: Settings,
  { configuration, defaults = {} }: Wanted,
): Settings {
  const ofUsers = withoutUnchanged(current, applied) ?? {};
  return overlaid(overlaid(defaults, ofUsers), configuration) as Settings;
}

/** Whether two settings mean the same; ZenML may leave out null values. */
export const isSame = (a: Settings, b: Settings): boolean =>
  isDeepStrictEqual(withoutNulls(a), withoutNulls(b));

const withoutNulls = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));

function overlaid(below: unknown, above: unknown): unknown {
  const pair = pairOf(below, above);
  if (pair === undefined) return above;
  const { a: base, b: over, isList, restore } = pair;
  const merged = Object.entries(over).map(
    ([name, value]) => [name, isList || !(name in base) ? value : overlaid(base[name], value)] as const,
  );
  const others = Object.entries(base).filter(([name]) => !(name in over));
  return restore(Object.fromEntries([...merged, ...others]));
}

/** The part of a value that differs from `before`; undefined when nothing does. */
function withoutUnchanged(value: Settings, before: Settings): Settings | undefined;
function withoutUnchanged(value: unknown, before: unknown): unknown;
function withoutUnchanged(value: unknown, before: unknown): unknown {
  if (isDeepStrictEqual(value, before)) return undefined;
  const pair = pairOf(value, before);
  if (pair === undefined) return value;
  const { a: now, b: then, isList, restore } = pair;
  const changed = Object.entries(now)
    .filter(([name, member]) => !(name in then && isDeepStrictEqual(member, then[name])))
    .map(
      ([name, member]) =>
        [name, isList || !(name in then) ? member : withoutUnchanged(member, then[name])] as const,
    )
    .filter(([, member]) => member !== undefined);
  return changed.length === 0 ? undefined : restore(Object.fromEntries(changed));
}

interface Pair {
  a: Settings;
  b: Settings;
  /** Whether they are lists by name, whose members are whole. */
  isList: boolean;
  restore: (members: Settings) => unknown;
}

/** Two values as objects that can be merged; undefined when one replaces the other. */
function pairOf(a: unknown, b: unknown): Pair | undefined {
  if (isPlainObject(a) && isPlainObject(b)) return { a, b, isList: false, restore: (members) => members };
  const [first, second] = [byName(a), byName(b)];
  if (first === undefined || second === undefined) return undefined;
  return { a: first, b: second, isList: true, restore: (members) => Object.values(members) };
}

/** The members of a list by their name, such as environment variables, or by their key, such as tolerations. */
function byName(list: unknown): Settings | undefined {
  if (!Array.isArray(list)) return undefined;
  const members = list.map((member: unknown) => [nameOf(member), member] as const);
  return members.every(([name]) => name !== undefined)
    ? (Object.fromEntries(members) as Settings)
    : undefined;
}

function nameOf(member: unknown): string | undefined {
  if (!isPlainObject(member)) return undefined;
  const name = member['name'] ?? member['key'];
  return typeof name === 'string' ? name : undefined;
}

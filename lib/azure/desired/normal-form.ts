import { isPlainObject } from '../../domain/json.ts';
import { applyPatch, differences, type MergePatch, type PropertyChange } from '../../domain/merge-patch.ts';

/** The values of properties that Azure leaves out of a response. */
export type Defaults<T> = MergePatch<T>;

/** Properties whose values are case-insensitive names; Azure returns them in its own case. */
const NAMES = new Set(['location', 'name', 'vmSize', 'tier', 'kind', 'publicAccess']);

/**
 * A resource from a response of Azure in the form of our requests: names in our case, and defaults filled in.
 */
export const normalForm = <T extends object>(
  found: T,
  wanted: MergePatch<T>,
  defaults: Defaults<T> = {},
): T => withOurNames(merge(defaults, found), wanted, '') as T;

const merge = <T extends object>(defaults: Defaults<T>, found: T): T =>
  // The response is the patch: it overrides the defaults.
  applyPatch(defaults as T, withoutNull(found) as MergePatch<T>);

/** Removes members that are null, which means the same as absent. */
function withoutNull(value: unknown): unknown {
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === null || member === undefined ? [] : [[name, withoutNull(member)]],
    ),
  );
}

function withOurNames(found: unknown, wanted: unknown, property: string): unknown {
  if (NAMES.has(property) && typeof found === 'string' && typeof wanted === 'string')
    return found.toLowerCase() === wanted.toLowerCase() ? wanted : found;
  if (!isPlainObject(found) || !isPlainObject(wanted)) return found;
  const names =
    property === 'tags' ? new Map(Object.keys(wanted).map((name) => [name.toLowerCase(), name])) : undefined;
  return Object.fromEntries(
    Object.entries(found).map(([name, member]) => [
      names?.get(name.toLowerCase()) ?? name,
      withOurNames(member, Object.hasOwn(wanted, name) ? wanted[name] : undefined, name),
    ]),
  );
}

/** The body of a PUT that changes only the wanted properties. */
export const changedBody = <T extends object>(found: T, wanted: MergePatch<T>): T =>
  applyPatch(normalForm(found, wanted), wanted);

/** The differences between an existing resource and the wanted properties. */
export const differencesOf = <T extends object>(
  found: T,
  wanted: MergePatch<T>,
  defaults?: Defaults<T>,
): PropertyChange[] => differences(normalForm(found, wanted, defaults), wanted);

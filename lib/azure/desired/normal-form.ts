import {
  applyPatch,
  differences,
  isPlainObject,
  type MergePatch,
  type PropertyChange,
} from '../../domain/merge-patch.ts';

/** What Azure means where it leaves a property out of its answer. */
export type Defaults<T> = MergePatch<T>;

/** Properties whose values are names to Azure: their case does not matter, and it returns them in its own. */
const NAMES = new Set(['location', 'name', 'vmSize', 'tier', 'kind', 'publicAccess']);

/**
 * A resource as Azure returned it, in the form that we write it in: names in our case where they are the same
 * names, and defaults written out.
 */
export const normalForm = <T extends object>(
  found: T,
  wanted: MergePatch<T>,
  defaults: Defaults<T> = {},
): T => alike(merge(defaults, found), wanted, '') as T;

const merge = <T extends object>(defaults: Defaults<T>, found: T): T =>
  // The answer is the patch here: it wins over the defaults.
  applyPatch(defaults as T, withoutNull(found) as MergePatch<T>);

/** An explicit null in an answer is as good as nothing. */
function withoutNull(value: unknown): unknown {
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === null || member === undefined ? [] : [[name, withoutNull(member)]],
    ),
  );
}

function alike(found: unknown, wanted: unknown, property: string): unknown {
  if (NAMES.has(property) && typeof found === 'string' && typeof wanted === 'string')
    return found.toLowerCase() === wanted.toLowerCase() ? wanted : found;
  if (!isPlainObject(found) || !isPlainObject(wanted)) return found;
  const names =
    property === 'tags' ? new Map(Object.keys(wanted).map((name) => [name.toLowerCase(), name])) : undefined;
  return Object.fromEntries(
    Object.entries(found).map(([name, member]) => [
      names?.get(name.toLowerCase()) ?? name,
      alike(member, Object.hasOwn(wanted, name) ? wanted[name] : undefined, name),
    ]),
  );
}

/** The body of a PUT that leaves what was found as it is, but for what is wanted otherwise. */
export const changedBody = <T extends object>(found: T, wanted: MergePatch<T>): T =>
  applyPatch(normalForm(found, wanted), wanted);

/** What differs of a resource that was found from what is wanted of it. */
export const differencesOf = <T extends object>(
  found: T,
  wanted: MergePatch<T>,
  defaults?: Defaults<T>,
): PropertyChange[] => differences(normalForm(found, wanted, defaults), wanted);

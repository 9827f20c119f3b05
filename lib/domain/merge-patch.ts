import { z } from 'zod';
import { canonicalJson, isPlainObject, type Members } from './json.ts';

/** A JSON value. The members of arrays and objects are not checked. */
const jsonValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
]);

/** A property that changes. Without `before` it is new; without `after` it is removed. */
export const propertyChange = z.strictObject({
  /** Relative to the resource, such as `networkProfile.networkPolicy`. */
  path: z.string(),
  before: jsonValue.exactOptional(),
  after: jsonValue.exactOptional(),
});
export type PropertyChange = z.infer<typeof propertyChange>;

/** A merge patch (RFC 7396): absent members do not change, and null removes a member. */
export type MergePatch<T> = {
  [K in keyof T]?:
    | (T[K] extends readonly unknown[] | string | number | boolean | Date | undefined
        ? T[K]
        : MergePatch<T[K]>)
    | null
    | undefined;
};

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (isPlainObject(value) && Object.values(value).every(isEmpty));

const memberOf = (object: Members, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Every property that a patch changes, with its path. An array is one value. */
export function differences(found: unknown, patch: unknown, path = ''): PropertyChange[] {
  if (patch === undefined) return [];
  const isReplaced = found !== undefined && found !== null && !isPlainObject(found);
  if (isPlainObject(patch) && !isReplaced) {
    const members: Members = isPlainObject(found) ? found : {};
    return Object.entries(patch).flatMap(([name, wanted]) =>
      differences(memberOf(members, name), wanted, path === '' ? name : `${path}.${name}`),
    );
  }
  // An object without members counts as absent.
  const before = isEmpty(found) ? undefined : found;
  const after = patch ?? undefined;
  if (isSame(before, after)) return [];
  return [
    {
      path,
      ...(before !== undefined && { before: jsonValue.parse(before) }),
      ...(after !== undefined && { after: jsonValue.parse(after) }),
    },
  ];
}

/** The patch that turns `before` into `after`; null for members that only `before` has. */
export function patchBetween(before: unknown, after: unknown): unknown {
  if (!isPlainObject(before) || !isPlainObject(after)) return after;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(
    names.map((name) => [name, patchBetween(memberOf(before, name), memberOf(after, name)) ?? null]),
  );
}

/** A copy of the object with the patch applied. */
export function applyPatch<T extends object>(found: T, patch: MergePatch<T>): T {
  return merged(found, patch) as T;
}

function merged(found: unknown, patch: unknown): unknown {
  if (!isPlainObject(patch)) return patch;
  const result: Record<string, unknown> = isPlainObject(found) ? { ...found } : {};
  for (const [name, wanted] of Object.entries(patch)) {
    if (wanted === null) Reflect.deleteProperty(result, name);
    else if (wanted !== undefined) result[name] = merged(memberOf(result, name), wanted);
  }
  return result;
}

const isSame = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

import { z } from 'zod';

/** A value of JSON; nobody needs to know more of those that have members. */
const jsonValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
]);

/** A property that changes; without `before` there was none, without `after` there is none left. */
export const propertyChange = z.strictObject({
  /** From the resource on, such as `networkProfile.networkPolicy`. */
  path: z.string(),
  before: jsonValue.exactOptional(),
  after: jsonValue.exactOptional(),
});
export type PropertyChange = z.infer<typeof propertyChange>;

/** What an object should have, in the form of RFC 7396: what is left out stays as it is, and null is removed. */
export type MergePatch<T> = {
  [K in keyof T]?:
    | (T[K] extends readonly unknown[] | string | number | boolean | Date | undefined
        ? T[K]
        : MergePatch<T[K]>)
    | null;
};

type Members = Readonly<Record<string, unknown>>;

/** Whether it has members to look into; arrays, dates and bytes are values. */
export const isPlainObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const memberOf = (object: Members, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Every property that a patch would change, with its path. Arrays count as one value. */
export function differences(found: unknown, patch: unknown, path = ''): PropertyChange[] {
  if (patch === undefined) return [];
  if (isPlainObject(patch)) {
    const members: Members = isPlainObject(found) ? found : {};
    return Object.entries(patch).flatMap(([name, wanted]) =>
      differences(memberOf(members, name), wanted, path === '' ? name : `${path}.${name}`),
    );
  }
  const before = found ?? undefined;
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

/** The patch that makes one object of another; null for what is in the first alone. */
export function patchBetween(before: unknown, after: unknown): unknown {
  if (!isPlainObject(before) || !isPlainObject(after)) return after;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(
    names.map((name) => [name, patchBetween(memberOf(before, name), memberOf(after, name)) ?? null]),
  );
}

/** The object with the patch applied; neither of the two is changed. */
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

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** With the members of objects in order, so that their order does not count. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

import { isDeepStrictEqual } from 'node:util';
import { isAtomic, isKeyedList, isSet, itemSegment, splitPath } from './field-paths.ts';
import type { FieldPath } from './field-paths.ts';
import { isRecord } from './objects.ts';
import type { JsonRecord } from './objects.ts';

const isList = (value: unknown): value is unknown[] => Array.isArray(value);

/** Merges a patch by Kubernetes' schema: objects and keyed lists merge, other values are replaced. */
export function mergeBySchema(live: unknown, patch: unknown, field = ''): unknown {
  if (isRecord(patch) && isRecord(live) && !isAtomic(field)) {
    return mergeMembers(live, patch, mergeBySchema);
  }
  if (isKeyedList(field, patch) && Array.isArray(live)) {
    const items = new Map(live.map((item): [string, unknown] => [itemSegment(field, item) ?? '', item]));
    for (const item of patch) {
      const segment = itemSegment(field, item) ?? '';
      if (isRecord(item) && item['$patch'] === 'delete') items.delete(segment);
      else items.set(segment, mergeBySchema(items.get(segment), item));
    }
    return [...items.values()];
  }
  if (isSet(field) && isList(patch) && isList(live)) return [...new Set([...live, ...patch])];
  return patch;
}

/** Applies a JSON merge patch (RFC 7386): objects merge, null deletes, lists are replaced. */
export function mergePatch(live: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  return mergeMembers(isRecord(live) ? live : {}, patch, mergePatch);
}

/** Merges members. A null member of the patch deletes. */
function mergeMembers(
  live: JsonRecord,
  patch: JsonRecord,
  merge: (live: unknown, patch: unknown, name: string) => unknown,
): JsonRecord {
  const merged = Object.entries(patch).map(([name, member]) => [
    name,
    member === null ? null : merge(live[name], member, name),
  ]);
  const all = { ...live, ...(Object.fromEntries(merged) as JsonRecord) };
  return Object.fromEntries(Object.entries(all).filter(([name]) => patch[name] !== null));
}

/** Removes the field at `path`, and objects and lists that become empty. */
export function withoutField(value: unknown, path: FieldPath): unknown {
  return without(value, splitPath(path), '') ?? {};
}

function without(value: unknown, segments: string[], field: string): unknown {
  const [segment = '', ...rest] = segments;
  if (isList(value)) {
    const remaining = value.flatMap((item) => {
      const isNamed = segment.startsWith('v:')
        ? isDeepStrictEqual(item, JSON.parse(segment.slice(2)))
        : itemSegment(field, item) === segment;
      if (!isNamed) return [item];
      const kept = rest.length > 0 ? without(item, rest, '') : undefined;
      return kept === undefined ? [] : [kept];
    });
    return remaining.length > 0 ? remaining : undefined;
  }
  if (!isRecord(value)) return value;
  const name = segment.slice('f:'.length);
  const { [name]: member, ...others } = value;
  if (member === undefined) return value;
  const kept = rest.length > 0 ? without(member, rest, name) : undefined;
  if (kept !== undefined) return { ...value, [name]: kept };
  return Object.keys(others).length > 0 ? others : undefined;
}

import { isDeepStrictEqual } from 'node:util';
import { fieldsOf, fromFieldsV1, isWithin, readablePath, toFieldsV1 } from './field-paths.ts';
import type { FieldPath } from './field-paths.ts';
import { mergeBySchema, withoutField } from './merge.ts';
import { timestamp } from './objects.ts';
import type { ApiObject, JsonRecord, ManagedFieldsEntry } from './objects.ts';
import { ApiError } from './status.ts';

/** The field manager, and the simulated time in milliseconds. */
export interface Writer {
  manager: string;
  now: number;
}

interface Ownership {
  entry: ManagedFieldsEntry;
  paths: Set<FieldPath>;
}

const ownershipsOf = (live: ApiObject | undefined): Ownership[] =>
  (live?.metadata.managedFields ?? []).map((entry) => ({
    entry,
    paths: new Set(fromFieldsV1(entry.fieldsV1)),
  }));

/**
 * Server-side apply: merges `config` into the live object and updates `metadata.managedFields`. Removes fields that
 * the manager no longer applies, unless another manager owns them too.
 * @throws ApiError 409 if another manager owns a field that would change and `force` is not set.
 */
export function applyConfig(
  live: ApiObject | undefined,
  config: ApiObject,
  { manager, now }: Writer,
  force: boolean,
): ApiObject {
  const applied = fieldsOf(config);
  const liveFields = fieldsOf(live);
  const ownerships = ownershipsOf(live);
  const isOwn = ({ entry }: Ownership) => entry.manager === manager && entry.operation === 'Apply';
  const others = ownerships.filter((ownership) => !isOwn(ownership));
  const own = ownerships.find(isOwn);

  const taken = others.flatMap((owner) =>
    [...owner.paths]
      .filter((path) => applied.has(path) && !isDeepStrictEqual(applied.get(path), liveFields.get(path)))
      .map((path) => ({ owner, path })),
  );
  if (taken.length > 0 && !force) throw applyConflict(taken);
  for (const { owner, path } of taken) owner.paths.delete(path);

  const dropped = [...(own?.paths ?? [])].filter(
    (path) =>
      !applied.has(path) && !others.some(({ paths }) => [...paths].some((other) => isWithin(other, path))),
  );
  // Removed before the merge, so that objects that become empty are not removed with applied fields.
  const kept = dropped.reduce<unknown>(withoutField, live);
  const merged = live ? mergeBySchema(kept, config) : config;

  const entry = entryOf(own?.entry, { manager, now }, 'Apply', config.apiVersion, applied.keys());
  return withManagedFields(merged as ApiObject, [...others.map(rewritten), entry]);
}

/** The API server names the API version of a manager that did not apply its fields. */
const describe = ({ entry: { manager, operation, apiVersion } }: Ownership) =>
  `"${manager}"${operation === 'Apply' ? '' : ` using ${apiVersion}`}`;

function applyConflict(taken: { owner: Ownership; path: FieldPath }[]): ApiError {
  const causes = taken.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${describe(owner)}`,
    field: readablePath(path),
  }));
  const byOwner = Map.groupBy(taken, ({ owner }) => describe(owner));
  const [only, ...others] = causes;
  const text =
    only !== undefined && others.length === 0
      ? `1 conflict: ${only.message}: ${only.field}`
      : `${causes.length} conflicts: ${[...byOwner]
          .map(([owner, fields]) =>
            [`conflicts with ${owner}:`, ...fields.map(({ path }) => `- ${readablePath(path)}`)].join('\n'),
          )
          .join('\n')}`;
  return new ApiError(409, 'Conflict', `Apply failed with ${text}`, { causes });
}

/** The object after a create, replace or patch. The writer becomes the only owner of changed fields. */
export function trackUpdate(before: ApiObject | undefined, after: ApiObject, writer: Writer): ApiObject {
  const old = fieldsOf(before);
  const fresh = fieldsOf(after);
  const changed = [...fresh].filter(
    ([path, value]) => !old.has(path) || !isDeepStrictEqual(old.get(path), value),
  );
  if (before && changed.length === 0 && [...old.keys()].every((path) => fresh.has(path))) {
    return withManagedFields(after, before.metadata.managedFields ?? []);
  }
  const ownerships = ownershipsOf(before);
  const own = ownerships.find(
    ({ entry }) => entry.manager === writer.manager && entry.operation === 'Update',
  );
  const updated = new Set(
    [...(own?.paths ?? []), ...changed.map(([path]) => path)].filter((path) => fresh.has(path)),
  );
  const others = ownerships
    .filter((ownership) => ownership !== own)
    .map((ownership) => {
      const kept = [...ownership.paths].filter(
        (path) => fresh.has(path) && !changed.some(([other]) => other === path),
      );
      return rewritten({ ...ownership, paths: new Set(kept) });
    });
  const entry = entryOf(own?.entry, writer, 'Update', after.apiVersion, updated);
  return withManagedFields(after, [...others, entry]);
}

const rewritten = ({ entry, paths }: Ownership): ManagedFieldsEntry => ({
  ...entry,
  fieldsV1: toFieldsV1(paths),
});

/** Creates an entry. Its time is that of its last change. */
function entryOf(
  before: ManagedFieldsEntry | undefined,
  { manager, now }: Writer,
  operation: ManagedFieldsEntry['operation'],
  apiVersion: string,
  paths: Iterable<FieldPath>,
): ManagedFieldsEntry {
  const fieldsV1 = toFieldsV1(paths);
  const isUnchanged = before?.apiVersion === apiVersion && isDeepStrictEqual(before.fieldsV1, fieldsV1);
  const time = isUnchanged ? before.time : timestamp(now);
  return { manager, operation, apiVersion, time, fieldsType: 'FieldsV1', fieldsV1 };
}

function withManagedFields(object: ApiObject, entries: ManagedFieldsEntry[]): ApiObject {
  const managedFields = entries.filter(({ fieldsV1 }) => Object.keys(fieldsV1).length > 0);
  const metadata: JsonRecord & ApiObject['metadata'] = { ...object.metadata, managedFields };
  return { ...object, metadata };
}

import { isDeepStrictEqual } from 'node:util';
import { applyConfig, trackUpdate } from './apply.ts';
import type { Writer } from './apply.ts';
import type { Cluster } from './cluster.ts';
import { admit, prepare } from './creation.ts';
import { withDefaults } from './defaults.ts';
import { apiVersionOf, resourceOf } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { mergeBySchema, mergePatch } from './merge.ts';
import { isRecord, recordAt, withoutNulls } from './objects.ts';
import type { ApiObject, JsonRecord, Metadata } from './objects.ts';
import { decode } from './decode.ts';
import type { Decoding } from './decode.ts';
import {
  alreadyExists,
  badRequest,
  requestTooLarge,
  conflict,
  invalid,
  notFound,
  unsupportedMediaType,
  causes,
} from './status.ts';
import { validate } from './validate.ts';

/** The object that a request targets. */
export interface Target {
  cluster: Cluster;
  kind: Kind;
  namespace: string | undefined;
  name: string;
}

export interface WriteOptions extends Writer {
  dryRun: boolean;
  force: boolean;
  fieldValidation: Decoding;
  /** Adds a warning to the response. */
  warn: (text: string) => void;
}

export interface Written {
  created: boolean;
  object: ApiObject;
}

/** Metadata that only the server sets. */
const SERVER_METADATA = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'deletionTimestamp',
  'managedFields',
  'selfLink',
];

const find = ({ cluster, kind, namespace, name }: Target) => cluster.get(resourceOf(kind), namespace, name);

/** @throws ApiError 404 if it does not exist. */
export function read(target: Target): ApiObject {
  const object = find(target);
  if (!object) throw notFound(target.kind, target.name);
  return object;
}

/** POST: creates an object. @throws ApiError 409 if it exists. */
export function create(target: Target, body: unknown, options: WriteOptions): Written {
  const object = identified(target, decode(target.kind, body, options.fieldValidation, options.warn));
  if (find(target)) throw alreadyExists(target.kind, target.name);
  return { created: true, object: add(target, object, options) };
}

/** PUT: replaces an object. @throws ApiError 409 if the resourceVersion is stale. */
export function replace(target: Target, body: unknown, options: WriteOptions): Written {
  const live = read(target);
  const object = identified(target, decode(target.kind, body, options.fieldValidation, options.warn));
  checkVersion(target, live, body);
  return { created: false, object: change(target, live, object, options, trackUpdate) };
}

const PATCHES: Record<string, (live: unknown, patch: unknown) => unknown> = {
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': mergeBySchema,
};
const APPLY = 'application/apply-patch+yaml';

/** PATCH, except for JSON patches. @throws ApiError 409, 415 or 422. */
export function patch(target: Target, contentType: string, body: unknown, options: WriteOptions): Written {
  if (contentType === APPLY) return apply(target, body, options);
  const merge = PATCHES[contentType];
  if (!merge) throw unsupportedMediaType([...Object.keys(PATCHES), APPLY].join(', '));
  const live = read(target);
  checkVersion(target, live, body);
  const object = identified(
    target,
    decode(target.kind, merge(live, body), options.fieldValidation, options.warn),
  );
  return { created: false, object: change(target, live, object, options, trackUpdate) };
}

function apply(target: Target, body: unknown, options: WriteOptions): Written {
  const { kind } = target;
  const clean = isRecord(body) ? body : {};
  if (clean['apiVersion'] !== apiVersionOf(kind) || clean['kind'] !== kind.kind) {
    throw badRequest(
      `incorrect version specified in apply patch: specified patch version: ${String(clean['apiVersion'])}, expected: ${apiVersionOf(kind)}`,
    );
  }
  if ('managedFields' in recordAt(clean, 'metadata')) throw badRequest('metadata.managedFields must be nil');
  const config = identified(target, decode(kind, clean, 'Apply', options.warn));
  const live = find(target);
  if (live) checkVersion(target, live, body);
  if (live) {
    const merge = (before: ApiObject | undefined) => applyConfig(before, config, options, options.force);
    return { created: false, object: change(target, live, config, options, merge) };
  }
  return { created: true, object: add(target, applyConfig(undefined, config, options, true), options) };
}

function add(target: Target, object: ApiObject, options: WriteOptions): ApiObject {
  const { cluster, kind } = target;
  const complete = withDefaults(object) as ApiObject;
  admit(kind, complete, cluster);
  validate(kind, complete, undefined);
  const prepared = prepare(resourceOf(kind), withoutEmptyLists(complete), cluster);
  const owned = prepared.metadata.managedFields ? prepared : trackUpdate(undefined, prepared, options);
  checkStoredSize(owned);
  if (options.dryRun) return { ...owned, metadata: { ...owned.metadata, uid: '', resourceVersion: '' } };
  return cluster.create(resourceOf(kind), owned);
}

/** Fields set by the server that an update may leave out. */
const KEPT_SPEC: Record<string, string[]> = {
  Service: ['clusterIP', 'clusterIPs', 'ipFamilies'],
  PersistentVolumeClaim: ['volumeName', 'storageClassName'],
  Job: ['selector'],
  Namespace: ['finalizers'],
};

function keepServerFields(live: ApiObject, object: ApiObject): ApiObject {
  const before = recordAt(live, 'spec');
  const kept = (KEPT_SPEC[live.kind] ?? []).filter((member) => member in before);
  const spec = {
    ...Object.fromEntries(kept.map((member) => [member, before[member]])),
    ...recordAt(object, 'spec'),
  };
  const identity = Object.entries(live.metadata).filter(
    ([member]) => SERVER_METADATA.includes(member) && member !== 'managedFields',
  );
  const metadata: Metadata = { ...object.metadata, ...Object.fromEntries(identity) };
  return {
    ...object,
    metadata,
    ...('spec' in object || kept.length > 0 ? { spec } : {}),
    ...('status' in live ? { status: live['status'] } : {}),
  };
}

type TrackOwnership = (before: ApiObject | undefined, after: ApiObject, writer: Writer) => ApiObject;

function change(
  { cluster, kind }: Target,
  live: ApiObject,
  sent: ApiObject,
  options: WriteOptions,
  track: TrackOwnership,
): ApiObject {
  const owned = track(live, sent, options);
  const complete = withDefaults(keepServerFields(live, owned)) as ApiObject;
  validate(kind, complete, live);
  const object = withoutEmptyLists(complete);
  const generation = live.metadata.generation;
  // The API server compares before it leaves out empty lists: a repeated apply of one is a change.
  if (generation !== undefined && !isDeepStrictEqual(contentOf(complete), contentOf(live))) {
    object.metadata = { ...object.metadata, generation: generation + 1 };
  }
  if (isDeepStrictEqual(object, live)) return live;
  checkStoredSize(object);
  if (options.dryRun) return object;
  const written = cluster.write(resourceOf(kind), object);
  if (written.metadata.deletionTimestamp && !written.metadata.finalizers?.length)
    cluster.remove(resourceOf(kind), written);
  return written;
}

/** Lists of a spec that are not stored when they are empty. */
const OMITTED_WHEN_EMPTY: Record<string, string[]> = { NetworkPolicy: ['ingress', 'egress'] };

function withoutEmptyLists(object: ApiObject): ApiObject {
  const omitted = OMITTED_WHEN_EMPTY[object.kind];
  if (!omitted) return object;
  const spec = Object.entries(recordAt(object, 'spec')).filter(
    ([member, value]) => !(omitted.includes(member) && isDeepStrictEqual(value, [])),
  );
  return { ...object, spec: Object.fromEntries(spec) };
}

/** The default of etcd's --max-request-bytes. */
const MAX_REQUEST = 1.5 * 1024 * 1024;

/** Throws if an object is too large for etcd. Secrets and ConfigMaps have a lower limit, which is checked before. */
function checkStoredSize(object: ApiObject): void {
  if (['Secret', 'ConfigMap'].includes(object.kind)) return;
  if (Buffer.byteLength(JSON.stringify(object)) > MAX_REQUEST) throw requestTooLarge();
}

/** The content whose changes increment the generation. */
const contentOf = ({ metadata: _, status: __, ...content }: ApiObject) => content;

/** PUT or PATCH of `/status`. */
export function writeStatus(target: Target, body: unknown, options: WriteOptions): Written {
  const live = read(target);
  checkVersion(target, live, body);
  const status = mergePatch(live['status'], recordAt(body, 'status'));
  const object = { ...live, status };
  return {
    created: false,
    object: options.dryRun ? object : target.cluster.write(resourceOf(target.kind), object),
  };
}

/** @throws ApiError 404 if it does not exist. */
export function remove(target: Target, { dryRun, orphan }: { dryRun: boolean; orphan: boolean }): ApiObject {
  const { cluster, kind } = target;
  const object = read(target);
  if (dryRun) return object;
  if (orphan) {
    for (const { resource, object: dependent } of cluster.all()) {
      const { ownerReferences, ...metadata } = dependent.metadata;
      const others = ownerReferences?.filter(({ uid }) => uid !== object.metadata.uid);
      if (others?.length !== ownerReferences?.length) cluster.write(resource, { ...dependent, metadata });
    }
  }
  cluster.remove(resourceOf(kind), object);
  return find(target) ?? object;
}

function checkVersion({ kind, name }: Target, live: ApiObject, body: unknown): void {
  const { resourceVersion, uid } = recordAt(body, 'metadata');
  const isStale =
    typeof resourceVersion === 'string' &&
    resourceVersion !== '' &&
    resourceVersion !== live.metadata.resourceVersion;
  if (isStale) {
    throw conflict(
      kind,
      name,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
  }
  if (typeof uid === 'string' && uid !== '' && uid !== live.metadata.uid) {
    throw conflict(
      kind,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
    );
  }
}

/** The object with the identity in the URL and without metadata that only the server sets. */
function identified({ kind, namespace, name }: Target, sent: JsonRecord): ApiObject {
  const clean = withoutNulls(sent) as JsonRecord;
  const { status: _, ...object } = clean;
  const metadata = recordAt(object, 'metadata');
  const sentName = typeof metadata['name'] === 'string' ? metadata['name'] : name;
  if (sentName !== name) {
    throw badRequest(`the name of the object (${sentName}) does not match the name on the URL (${name})`);
  }
  const sentNamespace = metadata['namespace'] ?? namespace;
  if (kind.namespaced && sentNamespace !== namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  if (!name) throw invalid(kind, '', [causes.required('metadata.name', 'name or generateName is required')]);
  const own = Object.entries(metadata).filter(
    ([member]) => !SERVER_METADATA.includes(member) && member !== 'namespace',
  );
  return {
    ...object,
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: {
      ...Object.fromEntries(own),
      name,
      ...(kind.namespaced && namespace !== undefined ? { namespace } : {}),
    } as Metadata,
  };
}

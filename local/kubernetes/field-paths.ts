import { isRecord } from './objects.ts';
import type { FieldsV1, JsonRecord } from './objects.ts';

/**
 * A field of an object in server-side apply: the segments of FieldsV1 (`f:<member>`, `k:<keys>` of a list item,
 * `v:<value>` of a set), joined by a separator.
 */
export type FieldPath = string;

const SEPARATOR = '\n';
export const joinPath = (segments: string[]): FieldPath => segments.join(SEPARATOR);
export const splitPath = (path: FieldPath): string[] => path.split(SEPARATOR);
export const isWithin = (path: FieldPath, ancestor: FieldPath): boolean =>
  path === ancestor || path.startsWith(ancestor + SEPARATOR);

/** The map-type lists of Kubernetes' schema and their keys. All other lists are atomic. */
const LIST_KEYS: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  ownerReferences: ['uid'],
  webhooks: ['name'],
  listeners: ['name'],
  ports: ['port', 'protocol'],
};
const CONTAINER_PORT_KEYS = ['containerPort', 'protocol'];
const KEY_DEFAULTS: JsonRecord = { protocol: 'TCP' };

/** Set-type lists. */
const SETS = ['finalizers'];

/** The atomic objects of Kubernetes' schema. */
const ATOMIC = [
  'selector',
  'nodeSelector',
  'podSelector',
  'namespaceSelector',
  'labelSelector',
  'secretKeyRef',
  'configMapKeyRef',
  'fieldRef',
  'resourceFieldRef',
  'roleRef',
  'scaleTargetRef',
];

/** Fields that a manager cannot own. */
const UNOWNED = ['f:apiVersion', 'f:kind', 'f:status'];
const OWNED_METADATA = ['f:labels', 'f:annotations', 'f:finalizers', 'f:ownerReferences'];

export const isAtomic = (field: string): boolean => ATOMIC.includes(field);
export const isSet = (field: string): boolean => SETS.includes(field);

/** The segment for an item of the list `field`; undefined if the list has no keys. */
export function itemSegment(field: string, item: unknown): string | undefined {
  const listKeys = LIST_KEYS[field];
  if (!listKeys || !isRecord(item)) return undefined;
  const keys = 'containerPort' in item ? CONTAINER_PORT_KEYS : listKeys;
  return `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key] ?? KEY_DEFAULTS[key]])))}`;
}

export const isKeyedList = (field: string, value: unknown): value is unknown[] =>
  Array.isArray(value) && field in LIST_KEYS;

/** The value of a field that is an item of a keyed list. It is independent of the members of the item. */
const ITEM = Symbol('item');

/** All fields of the object that a manager can own, with their values. */
export function fieldsOf(object: unknown): Map<FieldPath, unknown> {
  const fields = new Map<FieldPath, unknown>();
  const add = (segments: string[], value: unknown) => {
    if (segments.length === 1 && UNOWNED.includes(segments[0] ?? '')) return;
    if (segments.length === 2 && segments[0] === 'f:metadata' && !OWNED_METADATA.includes(segments[1] ?? ''))
      return;
    const field = (segments.at(-1) ?? '').slice('f:'.length);
    if (isRecord(value) && !isAtomic(field) && Object.keys(value).length > 0) {
      for (const [name, member] of Object.entries(value)) add([...segments, `f:${name}`], member);
    } else if (isKeyedList(field, value)) {
      for (const item of value) addItem([...segments, itemSegment(field, item) ?? ''], item);
    } else if (Array.isArray(value) && isSet(field)) {
      for (const item of value) fields.set(joinPath([...segments, `v:${JSON.stringify(item)}`]), item);
    } else {
      fields.set(joinPath(segments), value);
    }
  };
  const addItem = (segments: string[], item: unknown) => {
    fields.set(joinPath(segments), ITEM);
    for (const [name, member] of Object.entries(isRecord(item) ? item : {}))
      add([...segments, `f:${name}`], member);
  };
  for (const [name, member] of Object.entries(isRecord(object) ? object : {})) add([`f:${name}`], member);
  return fields;
}

/** The tree form of FieldsV1 in `metadata.managedFields`. */
export function toFieldsV1(paths: Iterable<FieldPath>): FieldsV1 {
  const root: FieldsV1 = {};
  for (const path of [...paths].sort()) {
    let node = root;
    for (const segment of splitPath(path)) node = node[segment] ??= {};
    if (splitPath(path).at(-1)?.startsWith('k:')) node['.'] = {};
  }
  return root;
}

export function fromFieldsV1(tree: FieldsV1, segments: string[] = []): FieldPath[] {
  const members = Object.entries(tree);
  if (members.length === 0) return segments.length > 0 ? [joinPath(segments)] : [];
  return members.flatMap(([segment, child]) =>
    segment === '.' ? [joinPath(segments)] : fromFieldsV1(child, [...segments, segment]),
  );
}

/** The format of fields in conflict messages, such as `.spec.template.spec.containers[name="x"].image`. */
export const readablePath = (path: FieldPath): string =>
  splitPath(path)
    .map((segment) => {
      const rest = segment.slice(2);
      if (segment.startsWith('f:')) return `.${rest}`;
      if (segment.startsWith('v:')) return `[=${rest}]`;
      const keys = Object.entries(JSON.parse(rest) as JsonRecord);
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');

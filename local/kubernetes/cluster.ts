import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { DocumentStore, Collection } from '../document-store.ts';
import type { KubernetesObject } from '../../lib/manifests/object.ts';
import { BUILT_IN_KINDS } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { hasCondition, timestamp } from './objects.ts';
import type { ApiObject, Metadata, ResourceTypes } from './objects.ts';
import type { StandIns } from './stand-ins.ts';

/** A manifest from a controller, without the metadata that the API server adds. */
export interface Manifest extends KubernetesObject {
  metadata: Omit<KubernetesObject['metadata'], 'name'> & Partial<Metadata> & { name: string };
}

/** Data with the lifetime of an object: files of a volume, the timeline of a pod, tokens of a service account. */
export interface Attachments {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): void;
  entries(prefix?: string): [key: string, value: unknown][];
}

/** The objects of one cluster. A resource name has the format `deployments.apps`. */
export interface Cluster {
  readonly clock: Clock;
  /** The unique name of the cluster in the path of its endpoint. */
  readonly slug: string;
  readonly standIns: StandIns;
  get<R extends keyof ResourceTypes>(
    resource: R,
    namespace: string | undefined,
    name: string,
  ): ResourceTypes[R] | undefined;
  list<R extends keyof ResourceTypes>(resource: R, namespace?: string): ResourceTypes[R][];
  /** All objects with their resource names. */
  all(): { resource: string; object: ApiObject }[];
  create(resource: string, manifest: Manifest): ApiObject;
  /** Stores the object with a new resourceVersion. */
  write(resource: string, object: ApiObject): ApiObject;
  /** Stores the status if it has changed. */
  setStatus(resource: string, object: ApiObject, status: object): void;
  /** Deletes the object, or marks it as terminating if it has finalizers. */
  remove(resource: string, object: ApiObject): void;
  /** Deletes the object immediately, ignoring finalizers. */
  drop(resource: string, object: ApiObject): void;
  attachments(uid: string): Attachments;
  kinds(): Kind[];
  revision(): string;
  /** Deletes everything. */
  clear(): void;
}

const CRDS = 'customresourcedefinitions.apiextensions.k8s.io';
const keyOf = (resource: string, namespace: string | undefined, name: string) =>
  `${resource}/${namespace ?? ''}/${name}`;

/** Opens the stored cluster `slug`, or creates an empty one. Open each cluster only once. */
export function openCluster(
  documents: DocumentStore,
  clock: Clock,
  slug: string,
  standIns: StandIns,
): Cluster {
  const objects = documents.collection<ApiObject>(`kubernetes/${slug}/objects`);
  const attached = documents.collection<unknown>(`kubernetes/${slug}/attached`);
  const counters = documents.collection<number>(`kubernetes/${slug}/counters`);

  /** A cache of the objects of each resource, because controllers list frequently. */
  const listed = new Map<string, ApiObject[]>();

  const nextRevision = () => {
    const revision = (counters.get('revision') ?? 1000) + 1;
    counters.set('revision', revision);
    return String(revision);
  };
  const store = (resource: string, object: ApiObject) => {
    const { namespace, name } = object.metadata;
    objects.set(keyOf(resource, namespace, name), object);
    listed.delete(resource);
    return object;
  };
  const write = (resource: string, object: ApiObject) =>
    store(resource, { ...object, metadata: { ...object.metadata, resourceVersion: nextRevision() } });
  const listAll = (resource: string): ApiObject[] => {
    const known = listed.get(resource) ?? objects.entries(`${resource}/`).map(([, object]) => object);
    listed.set(resource, known);
    return known;
  };
  const list: Cluster['list'] = (resource, namespace) =>
    listAll(String(resource)).filter(
      ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
    );
  const attachments = (uid: string): Attachments => ({
    get: (key) => attached.get(`${uid}/${key}`),
    set: (key, value) => attached.set(`${uid}/${key}`, value),
    delete: (key) => attached.delete(`${uid}/${key}`),
    entries: (prefix = '') =>
      attached.entries(`${uid}/${prefix}`).map(([key, value]) => [key.slice(uid.length + 1), value]),
  });
  const drop = (resource: string, { metadata: { namespace, name, uid } }: ApiObject) => {
    objects.delete(keyOf(resource, namespace, name));
    listed.delete(resource);
    for (const [key] of attachments(uid).entries()) attachments(uid).delete(key);
  };

  return {
    clock,
    slug,
    standIns,
    list,
    write,
    attachments,
    get: (resource, namespace, name) => objects.get(keyOf(String(resource), namespace, name)),
    all: () =>
      objects.entries().map(([key, object]) => ({ resource: key.slice(0, key.indexOf('/')), object })),
    create(resource, manifest) {
      const metadata: Metadata = {
        ...manifest.metadata,
        uid: randomUUID(),
        resourceVersion: nextRevision(),
        creationTimestamp: timestamp(clock.now()),
        ...('spec' in manifest ? { generation: 1 } : {}),
      };
      return store(resource, { ...manifest, metadata });
    },
    setStatus(resource, object, status) {
      if (!isDeepStrictEqual(object['status'], status)) write(resource, { ...object, status });
    },
    drop,
    remove(resource, object) {
      const { finalizers = [], deletionTimestamp } = object.metadata;
      const isHeld = finalizers.length > 0 || resource === 'namespaces';
      if (!isHeld) drop(resource, object);
      else if (!deletionTimestamp) {
        const metadata = { ...object.metadata, deletionTimestamp: timestamp(clock.now()) };
        write(resource, { ...object, metadata });
      }
    },
    kinds: () => [...BUILT_IN_KINDS, ...list(CRDS).flatMap(kindsOf)],
    revision: () => String(counters.get('revision') ?? 1000),
    clear() {
      const collections: Collection<unknown>[] = [objects, attached, counters];
      listed.clear();
      for (const collection of collections) for (const [key] of collection.entries()) collection.delete(key);
    },
  };
}

/** The kinds of an established CustomResourceDefinition. */
function kindsOf(crd: ResourceTypes[typeof CRDS]): Kind[] {
  if (!hasCondition(crd, 'Established')) return [];
  const { group, names, scope, versions } = crd.spec;
  return versions
    .filter(({ served }) => served)
    .map(({ name }) => ({
      group,
      version: name,
      plural: names.plural,
      kind: names.kind,
      namespaced: scope === 'Namespaced',
      shortNames: names.shortNames ?? [],
    }));
}

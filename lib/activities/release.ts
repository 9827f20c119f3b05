import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { CatalogueEntry } from '../components/catalogue.ts';
import type { ObjectName } from '../components/component.ts';
import { failed, type Failed } from '../domain/outcome.ts';
import { problem, type Problem } from '../domain/problem.ts';
import type { KubernetesObject } from '../manifests/object.ts';

/** A version of a component with its manifests. */
export interface Release {
  version: string;
  /**
   * A digest of the manifests as applied to this cluster, client ids included. Nothing is applied when it is
   * unchanged.
   */
  digest: string;
  manifests: KubernetesObject[];
  /** Objects that the component itself creates outside its namespaces. */
  makes: readonly ObjectName[];
}

/** The record of a release in the cluster: enough to roll back to it, and to remove it. */
export interface ReleaseRecord extends Release {
  component: string;
  /** Increases with every release. */
  revision: number;
  /** The record is written before the objects, so that they can always be removed. */
  state: 'applying' | 'applied';
  /** The revision to roll back to, until this one is ready. */
  previous?: number;
  /** Why an operation rolls back to the previous revision, or rolled back to this one. */
  failure?: { operation: string; problem: Problem };
}

/** Newest first. */
export type History = readonly ReleaseRecord[];

export const releaseOf = ({ version, workload }: CatalogueEntry, manifests: KubernetesObject[]): Release => ({
  version,
  digest: createHash('sha256').update(JSON.stringify(manifests)).digest('hex'),
  manifests,
  makes: workload?.makes ?? [],
});

/** Kubernetes' limit for the values of a Secret together, in bytes (MaxSecretSize in pkg/apis/core/types.go). */
const MAX_SIZE = 1024 * 1024;

/** Reserved for data that is added to a record later: the failure of an upgrade. */
const RESERVED = 16 * 1024;

/** Encodes a record for a Secret: compressed JSON in base64. */
export const encodeRecord = (record: ReleaseRecord): string => compressed(record).toString('base64');

export const decodeRecord = (text: string): ReleaseRecord =>
  JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString('utf8')) as ReleaseRecord;

const compressed = (value: unknown): Buffer => gzipSync(JSON.stringify(value));

/** The failure of a release whose record does not fit in a Secret; checked before anything is applied. */
export function tooLarge(title: string, release: Release): Failed | undefined {
  const { length } = compressed(release);
  if (length <= MAX_SIZE - RESERVED) return undefined;
  return failed(
    problem('RELEASE_TOO_LARGE', `${title}: its manifests are too large to be recorded in the cluster.`, {
      cause: `${length} bytes compressed; a Secret holds ${MAX_SIZE}.`,
      remedies: [
        {
          action: 'manual',
          text: 'Make the manifests of the component smaller, or split it in two components.',
        },
      ],
    }),
  );
}

/** Whether the release was applied and the one before it was removed. */
export const isComplete = ({ state, previous }: ReleaseRecord): boolean =>
  state === 'applied' && previous === undefined;

/** The releases that may still have objects in the cluster: the last complete one, and those after it. */
export function unfinished(history: History): History {
  const complete = history.findIndex(isComplete);
  return complete === -1 ? history : history.slice(0, complete + 1);
}

/** The objects of several releases, without duplicates. */
export function objectsOf(releases: readonly Release[]): KubernetesObject[] {
  const objects = new Map<string, KubernetesObject>();
  for (const object of releases.flatMap(({ manifests }) => manifests))
    objects.set(identityOf(object), object);
  return [...objects.values()];
}

/** The objects of earlier releases that the new release does not have. */
export function droppedBy(release: Release, before: readonly Release[]): KubernetesObject[] {
  const wanted = new Set(release.manifests.map(identityOf));
  return objectsOf(before).filter((object) => !wanted.has(identityOf(object)));
}

const identityOf = ({ apiVersion, kind, metadata }: KubernetesObject): string =>
  [apiVersion.replace(/\/?[^/]*$/, ''), kind, metadata.namespace ?? '', metadata.name].join('/');

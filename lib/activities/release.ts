import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { CatalogueEntry } from '../components/catalogue.ts';
import type { ObjectName } from '../components/component.ts';
import { failed, type Failed } from '../domain/outcome.ts';
import { problem, type Problem } from '../domain/problem.ts';
import type { KubernetesObject } from '../manifests/object.ts';

/** A version of a component, as it is applied. */
export interface Release {
  version: string;
  /** Of the manifests; equal digests mean that there is nothing to apply. */
  digest: string;
  manifests: KubernetesObject[];
  /** What the component itself makes outside its namespaces. */
  makes: readonly ObjectName[];
}

/** What the cluster records of one release of a component: enough to go back to it, and to remove it. */
export interface ReleaseRecord extends Release {
  component: string;
  /** Counts up with every release. */
  revision: number;
  /** A record is written before its objects are, so that they can be removed whatever happens. */
  state: 'applying' | 'applied';
  /** The revision to go back to, as long as this one has not come up. */
  previous?: number;
  /** Why an operation goes back to the previous one, or went back to this one. */
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

/** Left for what is added to a record later: the failure of an upgrade. */
const RESERVED = 16 * 1024;

/** The form of a record in a Secret: compressed JSON in base64. */
export const encodeRecord = (record: ReleaseRecord): string => compressed(record).toString('base64');

export const decodeRecord = (text: string): ReleaseRecord =>
  JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString('utf8')) as ReleaseRecord;

const compressed = (value: unknown): Buffer => gzipSync(JSON.stringify(value));

/** The failure of a release whose record the cluster would refuse; to be asked before anything is applied. */
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

/** Whether all of a release was applied, and nothing of the one before is left. */
export const isComplete = ({ state, previous }: ReleaseRecord): boolean =>
  state === 'applied' && previous === undefined;

/** The releases of which something may still be there: the last that is complete, and those after it. */
export function unfinished(history: History): History {
  const complete = history.findIndex(isComplete);
  return complete === -1 ? history : history.slice(0, complete + 1);
}

/** The objects of some releases, each once. */
export function objectsOf(releases: readonly Release[]): KubernetesObject[] {
  const objects = new Map<string, KubernetesObject>();
  for (const object of releases.flatMap(({ manifests }) => manifests))
    objects.set(identityOf(object), object);
  return [...objects.values()];
}

/** The objects of some releases that another one does not have. */
export function droppedBy(release: Release, before: readonly Release[]): KubernetesObject[] {
  const wanted = new Set(release.manifests.map(identityOf));
  return objectsOf(before).filter((object) => !wanted.has(identityOf(object)));
}

const identityOf = ({ apiVersion, kind, metadata }: KubernetesObject): string =>
  [apiVersion.replace(/\/?[^/]*$/, ''), kind, metadata.namespace ?? '', metadata.name].join('/');

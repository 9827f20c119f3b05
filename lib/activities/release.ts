import { createHash } from 'node:crypto';
import type { Component, Workload } from '../components/component.ts';
import type { Problem } from '../domain/problem.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { KubernetesObject } from '../manifests/object.ts';

/** A version of a component, as it is applied. */
export interface Release {
  version: string;
  /** Of the manifests; equal digests mean that there is nothing to apply. */
  digest: string;
  manifests: KubernetesObject[];
}

/**
 * What of a component was applied. It is kept in the cluster beside the component, and written last: it tells
 * that all was applied, what a newer version no longer has, and how to go back.
 */
export interface AppliedRelease extends Release {
  /** The one before, as long as this one has not come up. */
  previous?: Release;
  /** Why an operation goes back to the previous one, or went back to this one. */
  failure?: { operation: string; problem: Problem };
}

export const releaseOf = ({ version }: Component, manifests: KubernetesObject[]): Release => ({
  version,
  digest: createHash('sha256').update(JSON.stringify(manifests)).digest('hex'),
  manifests,
});

/** The release that is in the cluster; undefined when none was ever applied whole. */
export async function readRelease(
  cluster: Cluster,
  component: Component,
  { namespace }: Workload,
): Promise<AppliedRelease | undefined> {
  const found = await cluster.read({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: nameOf(component),
    namespace,
  });
  const data = (found as { data?: Record<string, string> } | undefined)?.data;
  if (data === undefined) return undefined;
  const { version = '', digest = '', manifests = '[]', previous, failure } = data;
  return {
    version,
    digest,
    manifests: JSON.parse(manifests) as KubernetesObject[],
    ...(previous !== undefined && { previous: JSON.parse(previous) as Release }),
    ...(failure !== undefined && { failure: JSON.parse(failure) as Required<AppliedRelease>['failure'] }),
  };
}

/** Records what was applied. */
export async function writeRelease(
  cluster: Cluster,
  component: Component,
  { namespace }: Workload,
  { version, digest, manifests, previous, failure }: AppliedRelease,
): Promise<void> {
  await cluster.apply([
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: nameOf(component),
        namespace,
        labels: { 'app.kubernetes.io/name': component.name, 'app.kubernetes.io/managed-by': 'matcha' },
      },
      data: {
        version,
        digest,
        manifests: JSON.stringify(manifests),
        ...(previous && { previous: JSON.stringify(previous) }),
        ...(failure && { failure: JSON.stringify(failure) }),
      },
    },
  ]);
}

/** Every object that a release has, or left behind by an upgrade that was cut short. */
export const objectsOf = ({ manifests, previous }: AppliedRelease): KubernetesObject[] => [
  ...manifests,
  ...(previous?.manifests ?? []),
];

/** Removes what was applied before and is not part of a release. */
export async function removeDropped(
  cluster: Cluster,
  before: readonly KubernetesObject[],
  { manifests }: Release,
): Promise<void> {
  const wanted = new Set(manifests.map(identityOf));
  const dropped = before.filter((object) => !wanted.has(identityOf(object)));
  for (const object of dropped.reverse()) await cluster.remove(object);
}

const nameOf = ({ name }: Component) => `matcha-${name}`;

const identityOf = ({ apiVersion, kind, metadata }: KubernetesObject): string =>
  [apiVersion.replace(/\/?[^/]*$/, ''), kind, metadata.namespace ?? '', metadata.name].join('/');

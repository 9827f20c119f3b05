import { createHash } from 'node:crypto';
import type { Component, Workload } from '../components/component.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { KubernetesObject } from '../manifests/object.ts';

/**
 * What of a component was applied. It is kept in the cluster beside the component, and written last: it tells
 * that all was applied, what a newer version no longer has, and how to go back.
 */
export interface Release {
  version: string;
  /** Of the manifests; equal digests mean that there is nothing to apply. */
  digest: string;
  manifests: KubernetesObject[];
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
): Promise<Release | undefined> {
  const found = await cluster.read({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: nameOf(component),
    namespace,
  });
  const data = (found as { data?: Record<string, string> } | undefined)?.data;
  if (data === undefined) return undefined;
  const { version = '', digest = '', manifests = '[]' } = data;
  return { version, digest, manifests: JSON.parse(manifests) as KubernetesObject[] };
}

/** Applies a release whole, then removes what the one before it had and this one has not. */
export async function applyRelease(
  cluster: Cluster,
  component: Component,
  { namespace }: Workload,
  release: Release,
  before: Release | undefined,
): Promise<void> {
  await cluster.apply(release.manifests);
  const wanted = new Set(release.manifests.map(identityOf));
  const dropped = (before?.manifests ?? []).filter((object) => !wanted.has(identityOf(object)));
  for (const object of dropped.reverse()) await cluster.remove(object);
  const { version, digest, manifests } = release;
  await cluster.apply([
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: nameOf(component),
        namespace,
        labels: { 'app.kubernetes.io/name': component.name, 'app.kubernetes.io/managed-by': 'matcha' },
      },
      data: { version, digest, manifests: JSON.stringify(manifests) },
    },
  ]);
}

const nameOf = ({ name }: Component) => `matcha-${name}`;

const identityOf = ({ apiVersion, kind, metadata }: KubernetesObject): string =>
  [apiVersion.replace(/\/?[^/]*$/, ''), kind, metadata.namespace ?? '', metadata.name].join('/');

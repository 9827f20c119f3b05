import type { Cluster } from '../cluster.ts';

/** Deletes objects whose owners no longer exist, recursively. */
export function collectGarbage(cluster: Cluster): void {
  const everything = cluster.all();
  const alive = new Set(everything.map(({ object }) => object.metadata.uid));
  const orphans = everything.filter(({ object: { metadata } }) => {
    const owners = metadata.ownerReferences ?? [];
    return owners.length > 0 && !metadata.deletionTimestamp && owners.every(({ uid }) => !alive.has(uid));
  });
  for (const { resource, object } of orphans) cluster.remove(resource, object);
  if (orphans.length > 0) collectGarbage(cluster);
}

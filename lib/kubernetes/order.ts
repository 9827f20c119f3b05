import type { KubernetesObject } from '../manifests/object.ts';

/**
 * Kinds in dependency order: a binding refers to its role, a pod to its service account, secrets, configuration and
 * volumes. All other kinds follow.
 */
const ORDER = [
  ['Namespace'],
  ['CustomResourceDefinition'],
  [
    'ServiceAccount',
    'ClusterRole',
    'Role',
    'NetworkPolicy',
    'Secret',
    'ConfigMap',
    'PersistentVolumeClaim',
    'Service',
  ],
  ['ClusterRoleBinding', 'RoleBinding'],
];

function rank({ kind }: KubernetesObject): number {
  const found = ORDER.findIndex((kinds) => kinds.includes(kind));
  return found === -1 ? ORDER.length : found;
}

/** Groups objects into waves; the objects of a wave can be applied in parallel. */
export function inWaves(objects: readonly KubernetesObject[]): KubernetesObject[][] {
  const waves = new Map<number, KubernetesObject[]>();
  for (const object of objects) waves.set(rank(object), [...(waves.get(rank(object)) ?? []), object]);
  return [...waves].sort(([a], [b]) => a - b).map(([, wave]) => wave);
}

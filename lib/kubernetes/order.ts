import type { KubernetesObject } from '../manifests/object.ts';

/**
 * What must be there before what: a binding refers to its role, a pod to its account, secrets, settings and volumes.
 * All other kinds follow.
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

/** Groups objects into waves; those of a wave may be applied at the same time. */
export function inWaves(objects: readonly KubernetesObject[]): KubernetesObject[][] {
  const waves = new Map<number, KubernetesObject[]>();
  for (const object of objects) waves.set(rank(object), [...(waves.get(rank(object)) ?? []), object]);
  return [...waves].sort(([a], [b]) => a - b).map(([, wave]) => wave);
}

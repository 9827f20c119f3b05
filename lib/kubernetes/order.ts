import type { KubernetesObject } from '../manifests/object.ts';

/** Kinds in dependency order: a pod refers to its service account, secrets, configuration and volumes. */
const ORDER = [
  'Namespace',
  'CustomResourceDefinition',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'NetworkPolicy',
  'Secret',
  'ConfigMap',
  'PersistentVolumeClaim',
  'Service',
];

const rank = ({ kind }: KubernetesObject) => (ORDER.indexOf(kind) + ORDER.length + 1) % (ORDER.length + 1);

/** Groups objects into waves; the objects of a wave can be applied in parallel. */
export function inWaves(objects: readonly KubernetesObject[]): KubernetesObject[][] {
  const waves = new Map<number, KubernetesObject[]>();
  for (const object of objects) waves.set(rank(object), [...(waves.get(rank(object)) ?? []), object]);
  return [...waves].sort(([a], [b]) => a - b).map(([, wave]) => wave);
}

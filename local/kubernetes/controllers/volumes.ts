import type { Cluster } from '../cluster.ts';
import type { Claim } from '../objects.ts';
import { claimNames } from '../pod-inputs.ts';

const PROTECTION = 'kubernetes.io/pvc-protection';
const CLASSES = 'storageclasses.storage.k8s.io';

/** Binds a claim when a pod that uses it is scheduled. Keeps a deleted claim while a pod on a node uses it. */
export function runVolumes(cluster: Cluster): void {
  for (const claim of cluster.list('persistentvolumeclaims')) {
    const { namespace, name, deletionTimestamp, finalizers = [] } = claim.metadata;
    const users = cluster.list('pods', namespace).filter((pod) => claimNames(pod).includes(name));
    const isTerminating = deletionTimestamp !== undefined;
    // A pod that has no node yet does not use its claim (pvc_protection_controller.go).
    const isUsed = users.some(({ status }) => status?.podIP);
    if (isTerminating && !isUsed && finalizers.includes(PROTECTION)) release(cluster, claim);
    else if (!isTerminating && claim.spec.volumeName === undefined && isUsed) bind(cluster, claim);
    else if (claim.spec.volumeName !== undefined) resize(cluster, claim);
  }
}

function release(cluster: Cluster, claim: Claim): void {
  const volume = cluster.get('persistentvolumes', undefined, claim.spec.volumeName ?? '');
  if (volume) cluster.remove('persistentvolumes', volume);
  cluster.drop('persistentvolumeclaims', claim);
}

function bind(cluster: Cluster, claim: Claim): void {
  const { storageClassName = '', accessModes, resources } = claim.spec;
  if (!cluster.get(CLASSES, undefined, storageClassName)) return;
  const { namespace = '', name, uid } = claim.metadata;
  const volumeName = `pvc-${uid}`;
  const capacity = { storage: resources?.requests?.['storage'] };
  cluster.create('persistentvolumes', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName },
    spec: {
      capacity,
      accessModes,
      storageClassName,
      persistentVolumeReclaimPolicy: 'Delete',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
    },
    status: { phase: 'Bound' },
  });
  cluster.write('persistentvolumeclaims', {
    ...claim,
    spec: { ...claim.spec, volumeName },
    status: { phase: 'Bound', accessModes, capacity },
  });
}

function resize(cluster: Cluster, claim: Claim): void {
  const capacity = { storage: claim.spec.resources?.requests?.['storage'] };
  cluster.setStatus('persistentvolumeclaims', claim, { ...claim.status, capacity });
}

import type { Cluster, Manifest } from './cluster.ts';
import { createPrepared } from './creation.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** The storage classes of AKS. `default` is the default class. */
const STORAGE_CLASSES = ['azurefile-csi', 'default', 'managed-csi', 'managed-csi-premium'];

/** The storage classes and the gateway class of a new AKS cluster. */
export const BOOTSTRAP_OBJECTS: readonly Manifest[] = [
  ...STORAGE_CLASSES.map((name) => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name,
      annotations: { 'storageclass.kubernetes.io/is-default-class': String(name === 'default') },
    },
    provisioner: name.startsWith('azurefile') ? 'file.csi.azure.com' : 'disk.csi.azure.com',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  })),
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'approuting-istio' },
    spec: { controllerName: 'istio.io/gateway-controller' },
    status: { conditions: [{ type: 'Accepted', status: 'True', reason: 'Accepted' }] },
  },
];

const RESOURCES: Record<string, string> = {
  StorageClass: 'storageclasses.storage.k8s.io',
  GatewayClass: 'gatewayclasses.gateway.networking.k8s.io',
};

/** Creates the initial objects of an AKS cluster. */
export function bootstrap(cluster: Cluster): void {
  for (const name of NAMESPACES) {
    createPrepared(cluster, 'namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  for (const object of BOOTSTRAP_OBJECTS) cluster.create(RESOURCES[object.kind] ?? '', object);
  cluster.create('nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: 'aks-system-18273645-vmss000000',
      labels: {
        'kubernetes.azure.com/mode': 'system',
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
      },
    },
    spec: {},
    status: {
      images: [],
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
      nodeInfo: {
        architecture: 'amd64',
        bootID: '5f1c1c5e-0d0f-4a2c-9a0e-1f6c2f9e7a11',
        containerRuntimeVersion: 'containerd://2.1.4-1',
        kernelVersion: '6.8.0-1034-azure',
        kubeProxyVersion: '',
        kubeletVersion: 'v1.36.1',
        machineID: '0c6d2f6ab2f94b1f8f0f8b1ddc1d3a53',
        operatingSystem: 'linux',
        osImage: 'Ubuntu 24.04.3 LTS',
        systemUUID: '8f0b6f3e-7a55-4b0e-9a73-0a3d7c1f2e64',
      },
    },
  });
}

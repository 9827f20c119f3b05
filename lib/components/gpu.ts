import type { KubernetesApp } from '../manifests/labels.ts';
import { namespace } from '../manifests/namespace.ts';
import { denyIngress } from '../manifests/network.ts';
import { serviceAccount } from '../manifests/rbac.ts';
import { daemonSet } from '../manifests/workloads.ts';
import { at } from './canary.ts';
import { CanaryError, type CanaryCluster, type Component, type ManifestContext } from './component.ts';

const VERSION = '0.20.0';
// As in AKS's own instructions (learn.microsoft.com, "Use GPUs on AKS").
const NAMESPACE = 'gpu-resources';
const NAME = 'nvidia-device-plugin';
const PLUGINS = '/var/lib/kubelet/device-plugins';

/** AKS puts NVIDIA's driver on its GPU nodes, but not what offers the GPUs to pods. */
export const gpu: Component = {
  name: 'gpu',
  title: 'NVIDIA device plugin',
  version: VERSION,
  summary: 'GPUs of the GPU pool, as nvidia.com/gpu',
  dependsOn: [],
  when: ({ cluster }) => cluster.gpu !== undefined,
  workload: {
    namespace: NAMESPACE,
    secrets: [],
    manifests,
    canary,
    usual: { install: 5, canary: 2 },
  },
  outputs: () => ({ gpu: { 'resource-name': 'nvidia.com/gpu', toleration: 'sku=gpu:NoSchedule' } }),
};

function manifests({ stack }: ManifestContext) {
  const app: KubernetesApp = {
    name: NAME,
    version: VERSION,
    namespace: NAMESPACE,
    stack,
    role: 'device-plugin',
  };
  return [
    namespace(app, 'privileged'),
    serviceAccount(app, NAME),
    denyIngress(app),
    daemonSet(app, NAME, {
      serviceAccount: NAME,
      uid: {
        root: 'The kubelet keeps the sockets of device plugins in a folder that only root may write to.',
      },
      nodes: {
        labels: { 'matcha.dev/pool': 'gpu' },
        tolerations: [
          { key: 'sku', value: 'gpu', effect: 'NoSchedule' },
          // AKS adds this taint to nodes of spot pools.
          { key: 'kubernetes.azure.com/scalesetpriority', value: 'spot', effect: 'NoSchedule' },
        ],
      },
      isNodeCritical: true,
      volumes: [{ name: 'device-plugins', path: PLUGINS, hostPath: PLUGINS }],
      container: {
        name: NAME,
        image: `nvcr.io/nvidia/k8s-device-plugin:v${VERSION}`,
        // A node whose driver is not up yet is waited for.
        environment: { FAIL_ON_INIT_ERROR: 'false' },
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        // The driver's libraries are put into it when it starts.
        writableRoot: true,
      },
    }),
  ];
}

/** Nodes come when a pod asks for a GPU, so there may be none to try it on; none that there is may lack it. */
async function canary(cluster: CanaryCluster): Promise<void> {
  const found = await cluster.read({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    name: NAME,
    namespace: NAMESPACE,
  });
  const [wanted, ready] = ['desiredNumberScheduled', 'numberReady'].map((name) => at(found, 'status', name));
  if (wanted !== ready) {
    throw new CanaryError(`It runs on ${String(ready)} of ${String(wanted)} GPU nodes.`);
  }
}

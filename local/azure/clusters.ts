import type { Azure, ArmRequest, Reply, Resource, ResourceType, Target } from './arm.ts';
import {
  AKS_API_VERSIONS,
  changeCluster,
  clusterAt,
  CLUSTER_TYPE,
  rejectPowerState,
  requireIdle,
} from './cluster.ts';
import type { AgentPool, Cluster } from './cluster.ts';
import { checkCluster } from './cluster-checks.ts';
import { adminCredential, userCredential } from './cluster-credentials.ts';
import { completeCluster } from './cluster-defaults.ts';
import { DURATIONS } from './durations.ts';
import { notFound, aksError } from './errors.ts';
import { targetOf, upgradeProfile } from './kubernetes-versions.ts';
import { asyncOperation, locationOf } from './polling.ts';
import { checkQuota } from './quota.ts';
import { beginDelete, isoNow, newPrincipal, removeTree, setState } from './resources.ts';

const nodeGroupId = (azure: Azure, { properties }: Cluster) =>
  `/subscriptions/${azure.subscriptionId}/resourceGroups/${properties.nodeResourceGroup ?? ''}`;

/** AKS creates and deletes a separate resource group for the resources of the nodes. */
function createNodeGroup(azure: Azure, cluster: Cluster, group: string): void {
  const id = nodeGroupId(azure, cluster);
  const nodeGroup: Resource = {
    id,
    name: cluster.properties.nodeResourceGroup ?? '',
    type: 'Microsoft.Resources/resourceGroups',
    location: cluster.location,
    managedBy: cluster.id,
    tags: {
      ...cluster.tags,
      'aks-managed-cluster-name': cluster.name,
      'aks-managed-cluster-rg': group,
    },
    properties: { provisioningState: 'Succeeded' },
  };
  azure.resources.set(id.toLowerCase(), nodeGroup);
}

/** The identity with which the nodes pull images. */
function createKubeletIdentity(azure: Azure, cluster: Cluster) {
  const type = 'Microsoft.ManagedIdentity/userAssignedIdentities';
  const name = `${cluster.name}-agentpool`;
  const id = `${nodeGroupId(azure, cluster)}/providers/${type}/${name}`;
  const principal = newPrincipal(azure);
  const systemData = { createdAt: isoNow(azure) };
  azure.resources.set(id.toLowerCase(), {
    id,
    name,
    type,
    location: cluster.location,
    properties: principal,
    systemData,
  });
  return { resourceId: id, clientId: principal.clientId, objectId: principal.principalId };
}

const controlPlaneTarget = ({ currentKubernetesVersion = '', kubernetesVersion }: Cluster['properties']) =>
  targetOf(currentKubernetesVersion, kubernetesVersion) ?? currentKubernetesVersion;

export const poolTarget = ({ currentOrchestratorVersion = '', orchestratorVersion }: AgentPool): string =>
  targetOf(currentOrchestratorVersion, orchestratorVersion) ?? currentOrchestratorVersion;

/** Whether the request changes the version of the control plane or of a pool. */
const isUpgrade = ({ properties }: Cluster): boolean =>
  controlPlaneTarget(properties) !== properties.currentKubernetesVersion ||
  (properties.agentPoolProfiles ?? []).some((pool) => poolTarget(pool) !== pool.currentOrchestratorVersion);

function put(azure: Azure, target: Target, request: ArmRequest): Reply {
  const current = clusterAt(azure, target.key);
  if (current && request.headers['if-none-match'] === '*')
    throw aksError(412, 'PreconditionFailed', `The managed cluster '${current.name}' already exists.`);
  if (current) {
    requireIdle(current);
    rejectPowerState(current, 'Stopped', 'updating');
  }
  const cluster = completeCluster(azure, target, request.body, current);
  checkCluster(azure, cluster, current);
  const { agentPoolProfiles: pools = [] } = cluster.properties;
  checkQuota(azure, cluster.location, current?.properties.agentPoolProfiles ?? [], pools);

  azure.resources.set(target.key, cluster);
  // A cluster without a kubelet identity failed during creation, so the creation starts again.
  const verb = current?.properties.identityProfile ? (isUpgrade(cluster) ? 'upgrade' : 'update') : 'create';
  if (verb === 'upgrade') setState(azure, target.key, 'Upgrading');
  if (verb === 'create') createNodeGroup(azure, cluster, target.group ?? '');
  const seconds = DURATIONS.cluster[verb];
  const operation = azure.operations.begin({ type: target.type, verb, resource: target.key, seconds });
  return { status: current ? 200 : 201, body: cluster, headers: asyncOperation(azure, operation, request) };
}

function remove(azure: Azure, target: Target, request: ArmRequest): Reply {
  const cluster = clusterAt(azure, target.key);
  const running = azure.operations.running(target.key);
  if (cluster && running?.verb !== 'delete') requireIdle(cluster);
  const operation = running ?? beginDelete(azure, target.key, managedClusters);
  return {
    status: 202,
    headers: { ...asyncOperation(azure, operation, request), ...locationOf(azure, operation, request) },
  };
}

/** Starts or stops the cluster. */
function setPower(verb: 'start' | 'stop') {
  const { state, already, doing } = {
    stop: { state: 'Stopping', already: 'Stopped', doing: 'stopping' },
    start: { state: 'Starting', already: 'Running', doing: 'starting' },
  }[verb] as { state: string; already: 'Running' | 'Stopped'; doing: string };
  return (azure: Azure, target: Target, request: ArmRequest): Reply => {
    const cluster = clusterAt(azure, target.key);
    if (!cluster) throw notFound(target);
    requireIdle(cluster);
    rejectPowerState(cluster, already, doing);
    if (verb === 'start') checkQuota(azure, cluster.location, [], cluster.properties.agentPoolProfiles ?? []);
    setState(azure, target.key, state);
    if (verb === 'stop') azure.clusters.stop(target.key);
    const seconds = DURATIONS.cluster[verb];
    const operation = azure.operations.begin({ type: target.type, verb, resource: target.key, seconds });
    return {
      status: 202,
      headers: { ...asyncOperation(azure, operation, request), ...locationOf(azure, operation, request) },
    };
  };
}

/** Sets the power state and the provisioning state of a cluster and its pools. */
const settleAs = (azure: Azure, key: string, code: 'Running' | 'Stopped', state = 'Succeeded') =>
  changeCluster(azure, key, ({ properties }) => {
    properties.provisioningState = state;
    properties.powerState = { code };
    for (const pool of properties.agentPoolProfiles ?? []) {
      pool.provisioningState = state;
      pool.powerState = { code };
    }
  });

export const managedClusters: ResourceType = {
  name: CLUSTER_TYPE,
  apiVersions: AKS_API_VERSIONS,
  isTracked: true,
  deleteSeconds: DURATIONS.cluster.delete,
  put,
  delete: remove,
  actions: {
    stop: setPower('stop'),
    start: setPower('start'),
    listclusterusercredential: userCredential,
    listclusteradmincredential: adminCredential,
  },
  /** The power state of a cluster is Running after a failed start (Azure/AKS#2171). */
  fail(azure, key, verb) {
    if (verb === 'start') settleAs(azure, key, 'Running', 'Failed');
    else setState(azure, key, 'Failed');
  },
  complete: {
    create(azure, key) {
      changeCluster(azure, key, (cluster) => {
        cluster.properties.identityProfile = { kubeletidentity: createKubeletIdentity(azure, cluster) };
      });
      settleAs(azure, key, 'Running');
      azure.clusters.create(key);
      return undefined;
    },
    update(azure, key) {
      settleAs(azure, key, 'Running');
      azure.clusters.start(key); // an update repairs a failed start
      return undefined;
    },
    upgrade(azure, key) {
      changeCluster(azure, key, ({ properties }) => {
        properties.currentKubernetesVersion = controlPlaneTarget(properties);
        for (const pool of properties.agentPoolProfiles ?? [])
          pool.currentOrchestratorVersion = poolTarget(pool);
      });
      settleAs(azure, key, 'Running');
      return undefined;
    },
    stop(azure, key) {
      settleAs(azure, key, 'Stopped');
      return undefined;
    },
    start(azure, key) {
      settleAs(azure, key, 'Running');
      azure.clusters.start(key);
      return undefined;
    },
    delete(azure, key) {
      const cluster = clusterAt(azure, key);
      if (cluster) removeTree(azure, nodeGroupId(azure, cluster).toLowerCase());
      removeTree(azure, key);
      azure.clusters.delete(key);
      return undefined;
    },
  },
};

/** The available upgrades of the cluster and its pools. The only profile is called `default`. */
export const upgradeProfiles: ResourceType = {
  name: `${CLUSTER_TYPE}/upgradeProfiles`,
  apiVersions: AKS_API_VERSIONS,
  isTracked: false,
  deleteSeconds: 0,
  get(azure, target) {
    const cluster = clusterAt(azure, target.parent ?? '');
    if (!cluster) throw notFound(target);
    const { currentKubernetesVersion = '', agentPoolProfiles = [] } = cluster.properties;
    const properties = {
      controlPlaneProfile: upgradeProfile(currentKubernetesVersion),
      agentPoolProfiles: agentPoolProfiles.map(({ name, currentOrchestratorVersion = '' }) => ({
        name,
        ...upgradeProfile(currentOrchestratorVersion),
      })),
    };
    return { status: 200, body: { id: target.id, name: target.name, type: target.type, properties } };
  },
};

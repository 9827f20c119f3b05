import type { Azure } from './arm.ts';
import type { AgentPool, Cluster, ClusterProperties } from './cluster.ts';
import { aksError } from './errors.ts';
import { checkSkew, checkUpgrade, patchOf, targetOf } from './kubernetes-versions.ts';
import { isRestricted } from './skus.ts';
import { SIZE_NAMES, vmSize } from './vm-sizes.ts';

const CLUSTER_NAME = /^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$/;
const POOL_NAME = /^[a-z][a-z0-9]{0,11}$/;

const missing = (parameter: string) =>
  aksError(400, 'InvalidParameter', `Required parameter ${parameter} is missing (null).`);

const invalid = (parameter: string, why: string) =>
  aksError(400, 'InvalidParameter', `The value of parameter ${parameter} is invalid. ${why}`);

/** Throws if AKS rejects the pool in this region. */
export function checkPool(azure: Azure, pool: AgentPool, location: string): void {
  if (!POOL_NAME.test(pool.name))
    throw invalid('agentPoolProfile.name', 'Please see https://aka.ms/aks-naming-rules for more details.');
  if (!vmSize(pool.vmSize) || isRestricted(azure, location, pool.vmSize ?? ''))
    throw aksError(
      400,
      'BadRequest',
      `The VM size of ${pool.vmSize ?? ''} is not allowed in your subscription in location '${location}'. ` +
        `The available VM sizes are '${SIZE_NAMES.join(',')}'. ` +
        'For more details, please visit https://aka.ms/aks/quotas-skus-regions',
    );
  const { count = 1, enableAutoScaling = false, minCount, maxCount, mode } = pool;
  const least = mode === 'System' ? 1 : 0;
  if (count < least || count > 1000)
    throw invalid('agentPoolProfile.count', `It must be in the range ${String(least)} to 1000.`);
  if (!enableAutoScaling) return;
  if (minCount === undefined || maxCount === undefined || minCount < least || minCount > maxCount)
    throw invalid('agentPoolProfile.minCount', 'minCount and maxCount are required and must be in order.');
  if (count < minCount || count > maxCount)
    throw invalid('agentPoolProfile.count', 'It must be between minCount and maxCount.');
}

/** The immutable properties of a pool. */
const IMMUTABLE = ['vmSize', 'scaleSetPriority'] as const;

/** Throws if an immutable property of a pool changes. */
export function checkPoolUnchanged(before: AgentPool | undefined, after: AgentPool): void {
  for (const property of IMMUTABLE)
    if (before && before[property] !== after[property])
      throw aksError(
        400,
        'PropertyChangeNotAllowed',
        `Changing property 'agentPoolProfile.${property}' is not allowed.`,
      );
}

/** Throws if an immutable property of a cluster changes, or if a pool is added. */
function checkUnchanged(before: ClusterProperties, after: ClusterProperties): void {
  const change = (property: string) =>
    aksError(400, 'PropertyChangeNotAllowed', `Changing property '${property}' is not allowed.`);
  for (const property of ['dnsPrefix', 'nodeResourceGroup'] as const)
    if (before[property] !== after[property]) throw change(`properties.${property}`);
  for (const pool of after.agentPoolProfiles ?? []) {
    const old = before.agentPoolProfiles?.find(({ name }) => name === pool.name);
    if (!old)
      throw aksError(
        400,
        'BadRequest',
        'A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed ' +
          'cluster operations. For agent pool specific change, please use per agent pool operations: ' +
          'https://aka.ms/agent-pool-rest-api',
      );
    checkPoolUnchanged(old, pool);
  }
}

/** Throws if AKS offers no upgrade of the cluster or of one of its pools to the requested version. */
function checkVersions({
  currentKubernetesVersion = '',
  kubernetesVersion,
  agentPoolProfiles = [],
}: ClusterProperties) {
  const target = targetOf(currentKubernetesVersion, kubernetesVersion) ?? '';
  checkUpgrade(currentKubernetesVersion, target);
  for (const pool of agentPoolProfiles) checkPoolVersion(pool, target);
}

/** Throws if a pool cannot have the requested version under this version of the control plane. */
export function checkPoolVersion(pool: AgentPool, controlPlane: string): void {
  const { currentOrchestratorVersion: current = controlPlane, orchestratorVersion } = pool;
  const target = targetOf(current, orchestratorVersion);
  if (target === undefined)
    throw aksError(
      400,
      'AgentPoolK8sVersionNotSupported',
      `Version ${orchestratorVersion ?? ''} is not supported in this region. Please use [az aks get-versions] command ` +
        'to get the supported version list in this region.',
    );
  checkSkew(target, controlPlane);
  checkUpgrade(current, target);
}

/** The synchronous validation of AKS, before a creation or update starts. */
export function checkCluster(azure: Azure, cluster: Cluster, current: Cluster | undefined): void {
  const { name, location, properties } = cluster;
  if (!CLUSTER_NAME.test(name))
    throw invalid('resourceName', 'Please see https://aka.ms/aks-naming-rules for more details.');
  if (cluster['identity'] === undefined) throw missing('servicePrincipalProfile');
  if (properties.dnsPrefix === undefined) throw missing('dnsPrefix');
  const pools = properties.agentPoolProfiles ?? [];
  if (pools.length === 0) throw missing('agentPoolProfiles');
  if (!pools.some(({ mode }) => mode === 'System'))
    throw aksError(400, 'BadRequest', 'Must define at least one system pool.');
  for (const pool of pools) checkPool(azure, pool, location);
  if (patchOf(properties.kubernetesVersion) === undefined)
    throw aksError(
      400,
      'K8sVersionNotSupported',
      `Managed cluster ${name} is on version ${properties.kubernetesVersion ?? ''} which is not supported in this ` +
        'region. Please use [az aks get-versions] command to get the supported version list in this region. ' +
        'For more information, please check https://aka.ms/supported-version-list',
    );
  if (current) checkUnchanged(current.properties, properties);
  checkVersions(properties);
}

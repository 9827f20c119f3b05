import { createHash, randomUUID } from 'node:crypto';
import type { Azure, Json, Target } from './arm.ts';
import type { AgentPool, Cluster, ClusterProperties } from './cluster.ts';
import { patchOf, targetOf } from './kubernetes-versions.ts';
import { describe, newPrincipal } from './resources.ts';

/**
 * The requested pool, merged over the existing pool and AKS's defaults. `version` is that of the control plane,
 * which is the default for a new pool.
 */
export function completePool(wanted: AgentPool, before: AgentPool | undefined, version: string): AgentPool {
  const pool: AgentPool = {
    count: wanted.minCount ?? 1,
    osType: 'Linux',
    osSKU: 'Ubuntu',
    osDiskSizeGB: 128,
    osDiskType: 'Managed',
    kubeletDiskType: 'OS',
    maxPods: 250,
    type: 'VirtualMachineScaleSets',
    enableAutoScaling: false,
    nodeImageVersion: 'AKSUbuntu-2204gen2containerd-202611.03.0',
    powerState: { code: 'Running' },
    orchestratorVersion: version,
    ...before,
    ...wanted,
  };
  const current =
    before?.currentOrchestratorVersion ?? targetOf(version, pool.orchestratorVersion) ?? version;
  return {
    ...pool,
    currentOrchestratorVersion: current,
    provisioningState: before ? 'Updating' : 'Creating',
  };
}

/** A PUT keeps the pools that it leaves out. They can only be deleted through `agentPools`. */
function mergePools(wanted: AgentPool[], before: AgentPool[], version: string): AgentPool[] {
  const untouched = before.filter(({ name }) => !wanted.some((pool) => pool.name === name));
  const named = (name: string) => before.find((pool) => pool.name === name);
  return [...wanted.map((pool) => completePool(pool, named(pool.name), version)), ...untouched];
}

/** The identity of the control plane of the cluster. */
function completeIdentity(azure: Azure, wanted: Json | undefined, before: unknown): unknown {
  if (wanted?.['type'] !== 'SystemAssigned') return wanted ?? before;
  if (before !== undefined) return before;
  const { principalId, tenantId } = newPrincipal(azure);
  return { type: 'SystemAssigned', principalId, tenantId };
}

/** The requested cluster, merged over the existing cluster and AKS's defaults. */
export function completeCluster(
  azure: Azure,
  target: Target,
  body: Json,
  current: Cluster | undefined,
): Cluster {
  const location = String(body['location']);
  const wanted = (body['properties'] ?? {}) as ClusterProperties;
  const before = current?.properties;
  // The version changes only when the upgrade has ended.
  const version = before?.currentKubernetesVersion ?? patchOf(wanted.kubernetesVersion) ?? '';
  const properties: ClusterProperties = {
    kubernetesVersion: version,
    enableRBAC: true,
    supportPlan: 'KubernetesOfficial',
    maxAgentPools: 100,
    nodeResourceGroup: `MC_${target.group ?? ''}_${target.name ?? ''}_${location}`,
    networkProfile: {
      networkPlugin: 'azure',
      networkPluginMode: 'overlay',
      loadBalancerSku: 'standard',
      outboundType: 'loadBalancer',
      podCidr: '10.244.0.0/16',
      serviceCidr: '10.0.0.0/16',
      dnsServiceIP: '10.0.0.10',
    },
    ...before,
    ...wanted,
    powerState: { code: 'Running' },
    currentKubernetesVersion: version,
    provisioningState: current ? 'Updating' : 'Creating',
  };
  if (wanted.agentPoolProfiles)
    properties.agentPoolProfiles = mergePools(
      wanted.agentPoolProfiles,
      before?.agentPoolProfiles ?? [],
      version,
    );
  const fqdn = `${wanted.dnsPrefix ?? ''}-${createHash('sha256').update(target.key).digest('hex').slice(0, 8)}.hcp.${location}.azmk8s.io`;
  properties.fqdn ??= fqdn;
  if (properties.oidcIssuerProfile?.enabled) {
    const issuerURL = before?.oidcIssuerProfile?.issuerURL;
    properties.oidcIssuerProfile = {
      enabled: true,
      issuerURL: issuerURL ?? `https://${location}.oic.prod-aks.azure.com/${azure.tenantId}/${randomUUID()}/`,
    };
  }
  if (properties.aadProfile) properties.aadProfile = { tenantID: azure.tenantId, ...properties.aadProfile };
  return {
    sku: current?.['sku'] ?? { name: 'Base', tier: 'Free' },
    ...describe(target, body, properties),
    location,
    identity: completeIdentity(azure, body['identity'] as Json | undefined, current?.['identity']),
  };
}

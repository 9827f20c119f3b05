import type { Azure, Reply } from './arm.ts';
import type { AgentPool, Cluster } from './cluster.ts';
import { aksError } from './errors.ts';
import { FAMILIES, vmSize } from './vm-sizes.ts';

/** The regional total of all families. */
const REGIONAL = 'cores';
/** The quota of all spot nodes. They count toward no other quota. */
const SPOT = 'lowPriorityCores';
const QUOTAS = [REGIONAL, SPOT, ...FAMILIES];

/** The number of vCPUs in the pools that count toward a quota. */
const vCpusOf = (pools: readonly AgentPool[], quota: string): number =>
  pools.reduce((sum, { vmSize: name, count = 1, scaleSetPriority }) => {
    const size = vmSize(name);
    const isSpot = scaleSetPriority === 'Spot';
    const counts = isSpot ? quota === SPOT : quota === REGIONAL || quota === size?.family;
    return size && counts ? sum + size.vCpus * count : sum;
  }, 0);

/** The pools of running clusters in a region. The nodes of a stopped cluster use no quota. */
const runningPools = (azure: Azure, location: string): AgentPool[] =>
  azure.resources
    .entries()
    .map(([, resource]) => resource as Cluster)
    .filter(
      ({ type, location: where }) =>
        type === 'Microsoft.ContainerService/managedClusters' && where === location,
    )
    .filter(({ properties }) => properties.powerState?.code === 'Running')
    .flatMap(({ properties }) => properties.agentPoolProfiles ?? []);

const ADVICE =
  'If you want to increase the quota, please follow this instruction: ' +
  'https://learn.microsoft.com/en-us/azure/quotas/view-quotas. Surge nodes would also consume vcpu quota, please ' +
  'consider use smaller maxSurge or use maxUnavailable to proceed upgrade without surge nodes, details: ' +
  'aka.ms/aks/maxUnavailable.';

const quotaMessage = (location: string, family: string, requested: number, remaining: number): string =>
  family === REGIONAL
    ? `Insufficient regional vcpu quota left for location ${location}. ` +
      `left regional vcpu quota ${String(remaining)}, requested quota ${String(requested)}. ${ADVICE}`
    : `Insufficient vcpu quota requested ${String(requested)}, remaining ${String(remaining)} ` +
      `for family ${family.replace(/^s/, 'S')} for region ${location}. ${ADVICE}`;

/** Throws if the quota does not allow a change of the pools, as AKS does before it starts an operation. */
export function checkQuota(
  azure: Azure,
  location: string,
  before: readonly AgentPool[],
  after: readonly AgentPool[],
) {
  const running = runningPools(azure, location);
  for (const family of QUOTAS) {
    const requested = vCpusOf(after, family) - vCpusOf(before, family);
    const remaining = azure.quota.limit(location, family) - vCpusOf(running, family);
    if (requested > 0 && requested > remaining)
      throw aksError(
        400,
        'ErrCode_InsufficientVCPUQuota',
        quotaMessage(location, family, requested, Math.max(0, remaining)),
      );
  }
}

/** The response of Microsoft.Compute with the quota usage of a region. */
export function listUsages(azure: Azure, location: string): Reply {
  const running = runningPools(azure, location);
  const value = QUOTAS.map((family) => ({
    unit: 'Count',
    currentValue: vCpusOf(running, family),
    limit: azure.quota.limit(location, family),
    name: { value: family, localizedValue: family === REGIONAL ? 'Total Regional vCPUs' : `${family} vCPUs` },
  }));
  return { status: 200, body: { value } };
}

import type { ManagedCluster } from '@azure/arm-containerservice';
import { problem, type Finding } from '../../domain/problem.ts';
import { requestQuota, waitForCapacity } from '../../domain/problems/azure.ts';
import type { PreflightInput } from '../../domain/plan.ts';
import { manual, provisionStack, runAzureCli } from '../../domain/remedies.ts';
import type { AzureClients } from '../clients.ts';
import { NO_QUOTA } from '../error-codes.ts';
import { undefinedIfAbsent } from '../errors.ts';
import { ALTERNATIVE_SIZES } from '../node-sizes.ts';
import type { Check, CheckContext } from './check.ts';
import { offerOf, REGIONAL, SPOT, type Offer, type VmSize } from './sizes.ts';

/**
 * Checks that the region offers the node sizes, and that the subscription has quota for the minimum number of
 * nodes.
 */
export const checkNodes: Check = async (context) => {
  const { clients, options, input } = context;
  const [offer, existing] = await Promise.all([
    offerOf(clients, options.subscriptionId, input.location),
    clusterOf(context),
  ]);
  const { size } = input;
  const wanted = [size.nodeSize, ...(size.onShortage.do === 'fallback' ? size.onShortage.nodeSizes : [])];
  const tried = wanted.map((nodeSize) => checkSystemPool(offer, input, nodeSize, existing));
  // One available size is enough, because of the fallback.
  const system = tried.some((findings) => findings.length === 0) ? [] : tried.flat();
  const found = [...system, ...checkGpuPool(offer, input, existing)];
  // When the spec says to wait for quota, a lack of it is no finding.
  return size.onShortage.do === 'wait' ? found.filter(({ code }) => code !== 'QUOTA_EXCEEDED') : found;
};

/**
 * Finds node sizes that the region does not offer: when none for the system pool is offered, and the size of
 * the GPU pool.
 */
export async function unavailableSizes(
  clients: AzureClients,
  subscriptionId: string,
  { location, size }: Pick<PreflightInput, 'location' | 'size'>,
): Promise<Finding[]> {
  const offer = await offerOf(clients, subscriptionId, location);
  const findings = (nodeSize: string): Finding[] => {
    const found = offer.sizes.get(nodeSize.toLowerCase());
    return found === undefined || found.restriction !== undefined
      ? [unavailable(found, nodeSize, location)]
      : [];
  };
  const system = [size.nodeSize, ...(size.onShortage.do === 'fallback' ? size.onShortage.nodeSizes : [])];
  const tried = system.map(findings);
  return [
    ...(tried.some((found) => found.length === 0) ? [] : tried.flat()),
    ...(size.gpu === undefined ? [] : findings(size.gpu.nodeSize)),
  ];
}

async function clusterOf({ clients, input, group }: CheckContext): Promise<ManagedCluster | undefined> {
  if (group === 'absent' || group === 'foreign') return undefined;
  const { managedClusters } = await clients.clusters();
  return managedClusters.get(input.resourceGroup, input.cluster).catch(undefinedIfAbsent);
}

/** The number of nodes of a size that the stack runs already; their quota is already used. */
function nodesOf(existing: ManagedCluster | undefined, nodeSize: string): number {
  if (existing?.provisioningState === 'Failed' || existing?.powerState?.code === 'Stopped') return 0;
  const pools = existing?.agentPoolProfiles?.filter(({ vmSize }) => isSame(vmSize, nodeSize)) ?? [];
  return pools.reduce((sum, { count = 0 }) => sum + count, 0);
}

/** Names of sizes are case-insensitive. */
const isSame = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

function checkSystemPool(
  offer: Offer,
  { location, size: { minNodes } }: PreflightInput,
  nodeSize: string,
  existing: ManagedCluster | undefined,
): Finding[] {
  const missing = minNodes - nodesOf(existing, nodeSize);
  if (missing <= 0) return [];
  const size = offer.sizes.get(nodeSize.toLowerCase());
  if (size?.restriction !== undefined || size === undefined) return [unavailable(size, nodeSize, location)];
  const needed = missing * size.vCpus;
  const short = [size.family, REGIONAL]
    .map((family) => quotaOf(offer, family))
    .filter(({ free }) => needed > free);
  if (short.length === 0) return [];
  const other = alternative(offer, size, needed);
  return [
    problem('QUOTA_EXCEEDED', `${NO_QUOTA} for ${minNodes} x ${size.name} in ${location}`, {
      cause: `${short.map(({ text }) => text).join('; ')}; this stack needs ${needed} more.`,
      remedies: [
        other === undefined
          ? manual('Choose another region or fewer nodes.')
          : provisionStack(
              { 'cluster.nodeSize': other.name },
              `Choose ${other.name}: ${quotaOf(offer, other.family).free} vCPUs are free.`,
            ),
        waitForCapacity,
        requestQuota(location),
      ],
    }),
  ];
}

/** An empty GPU pool uses no quota yet, but the limit must allow a first node. */
function checkGpuPool(
  offer: Offer,
  { location, size: { gpu } }: PreflightInput,
  existing: ManagedCluster | undefined,
): Finding[] {
  if (gpu === undefined || nodesOf(existing, gpu.nodeSize) > 0) return [];
  const size = offer.sizes.get(gpu.nodeSize.toLowerCase());
  if (size?.restriction !== undefined || size === undefined)
    return [unavailable(size, gpu.nodeSize, location)];
  const { limit, text } = quotaOf(offer, gpu.spot ? SPOT : size.family);
  if (size.vCpus <= limit) return [];
  return [
    problem('QUOTA_EXCEEDED', `${NO_QUOTA} for one GPU node ${size.name} in ${location}`, {
      cause: `${text}; one node needs ${size.vCpus}.`,
      remedies: [
        provisionStack({ 'cluster.gpu': false }, 'Leave the GPU nodes out.'),
        requestQuota(location),
      ],
    }),
  ];
}

function unavailable(size: VmSize | undefined, name: string, location: string): Finding {
  const cause =
    size === undefined
      ? `${location} has no size of this name.`
      : `Microsoft.Compute says: ${size.restriction ?? ''}.`;
  return problem('SIZE_UNAVAILABLE', `${name} is not offered to this subscription in ${location}`, {
    cause,
    remedies: [
      runAzureCli(
        `az vm list-skus --location ${location} --resource-type virtualMachines --output table`,
        'Choose another size; this command lists the available ones.',
      ),
    ],
  });
}

/** The quota of a family; a family that Azure does not list has none. */
function quotaOf({ quotas }: Offer, family: string): { free: number; limit: number; text: string } {
  const { used, limit } = quotas.get(family.toLowerCase()) ?? { used: 0, limit: 0 };
  const what = { [REGIONAL]: 'The region', [SPOT]: 'All spot nodes' }[family] ?? family;
  return { free: limit - used, limit, text: `${what} has ${limit} vCPUs, ${used} in use` };
}

/** Another size with the same number of vCPUs and enough quota. */
const alternative = (offer: Offer, { vCpus, family }: VmSize, needed: number): VmSize | undefined =>
  quotaOf(offer, REGIONAL).free < needed
    ? undefined
    : ALTERNATIVE_SIZES.map((name) => offer.sizes.get(name.toLowerCase())).find(
        (size) =>
          size?.restriction === undefined &&
          size?.vCpus === vCpus &&
          size.family !== family &&
          quotaOf(offer, size.family).free >= needed,
      );

import type { ManagedCluster } from '@azure/arm-containerservice';
import { problem, type Finding } from '../../domain/problem.ts';
import type { PreflightInput } from '../../domain/plan.ts';
import type { AzureClients } from '../clients.ts';
import { undefinedIfAbsent } from '../errors.ts';
import type { Check, Scene } from './scene.ts';
import { offerOf, REGIONAL, SPOT, type Offer, type VmSize } from './sizes.ts';

/** Sizes for the nodes that are proposed where the one asked for is short, the most usual first. */
const ALTERNATIVES = [
  'Standard_D4s_v5',
  'Standard_D4as_v5',
  'Standard_D4ds_v5',
  'Standard_D4s_v6',
  'Standard_D4s_v4',
  'Standard_D4s_v3',
];

/** A region has to offer the sizes of the nodes, and the subscription needs the quota to run the fewest of them. */
export const checkNodes: Check = async (scene) => {
  const { clients, options, input } = scene;
  const [offer, existing] = await Promise.all([
    offerOf(clients, options.subscriptionId, input.location),
    clusterOf(scene),
  ]);
  const { size } = input;
  const wanted = [size.nodeSize, ...(size.onShortage.do === 'fallback' ? size.onShortage.nodeSizes : [])];
  const tried = wanted.map((nodeSize) => checkSystemPool(offer, input, nodeSize, existing));
  // One size that fits is enough; that it is not the first is what a fallback is for.
  const system = tried.some((findings) => findings.length === 0) ? [] : tried.flat();
  const found = [...system, ...checkGpuPool(offer, input, existing)];
  // A shortage that is to be waited for stands in nobody's way.
  return size.onShortage.do === 'wait' ? found.filter(({ code }) => code !== 'QUOTA_EXCEEDED') : found;
};

/** The sizes of a cluster's nodes that the region does not offer: all that the spec names for the system pool, or the GPU's. */
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

async function clusterOf({ clients, input, group }: Scene): Promise<ManagedCluster | undefined> {
  if (group === 'absent' || group === 'foreign') return undefined;
  const { managedClusters } = await clients.clusters();
  return managedClusters.get(input.resourceGroup, input.cluster).catch(undefinedIfAbsent);
}

/** The nodes of a size that the stack runs already, whose quota is in use for nobody else. */
function nodesOf(existing: ManagedCluster | undefined, nodeSize: string): number {
  if (existing?.provisioningState === 'Failed' || existing?.powerState?.code === 'Stopped') return 0;
  const pools = existing?.agentPoolProfiles?.filter(({ vmSize }) => isSame(vmSize, nodeSize)) ?? [];
  return pools.reduce((sum, { count = 0 }) => sum + count, 0);
}

/** The case of a size's name does not matter. */
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
    problem('QUOTA_EXCEEDED', `not enough vCPU quota for ${minNodes} x ${size.name} in ${location}`, {
      cause: `${short.map(({ text }) => text).join('; ')}; this stack needs ${needed} more.`,
      hint: [
        other === undefined
          ? 'Choose another region or fewer nodes'
          : `\`matcha provision --node-size ${other.name}\` has quota (${quotaOf(offer, other.family).free} free)`,
        '`matcha provision --wait-for-quota 3d` keeps asking',
        `or ${quotaRequest(location)}`,
      ].join(', '),
    }),
  ];
}

/** An empty GPU pool needs no quota yet, but a limit that lets a first node come. */
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
    problem('QUOTA_EXCEEDED', `not enough vCPU quota for one GPU node ${size.name} in ${location}`, {
      cause: `${text}; one node needs ${size.vCpus}.`,
      hint: `Leave --gpu out, or ${quotaRequest(location)}`,
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
    hint: `Choose another with --node-size or --gpu: \`az vm list-skus --location ${location} --output table\`.`,
  });
}

/** A family that Azure does not list has no quota. */
function quotaOf({ quotas }: Offer, family: string): { free: number; limit: number; text: string } {
  const { used, limit } = quotas.get(family.toLowerCase()) ?? { used: 0, limit: 0 };
  const what = { [REGIONAL]: 'The region', [SPOT]: 'All spot nodes' }[family] ?? family;
  return { free: limit - used, limit, text: `${what} has ${limit} vCPUs, ${used} in use` };
}

/** Another size with as many vCPUs that there is quota for. */
const alternative = (offer: Offer, { vCpus, family }: VmSize, needed: number): VmSize | undefined =>
  quotaOf(offer, REGIONAL).free < needed
    ? undefined
    : ALTERNATIVES.map((name) => offer.sizes.get(name.toLowerCase())).find(
        (size) =>
          size?.restriction === undefined &&
          size?.vCpus === vCpus &&
          size.family !== family &&
          quotaOf(offer, size.family).free >= needed,
      );

const quotaRequest = (location: string): string =>
  `ask for quota: https://portal.azure.com (Quotas > Compute > ${location}).`;

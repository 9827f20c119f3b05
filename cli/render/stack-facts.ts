import type { ClusterView } from '../../lib/api/cluster.ts';
import type { CatalogueView } from '../../lib/api/service.ts';
import type { OutputValues, StackDetail } from '../../lib/api/stack.ts';
import { addressesOf, isLocal } from './outputs.ts';

/** What else is known about a stack. What could not be read is absent. */
export interface Details {
  cluster?: ClusterView;
  outputs?: OutputValues;
  catalogue?: Pick<CatalogueView, 'components'>;
}

type Cluster = StackDetail['spec']['cluster'];

/** The pools as Azure has them; otherwise what the spec asks for. */
export function nodesText(spec: Cluster, cluster?: ClusterView): string {
  if (cluster === undefined || cluster.pools.length === 0) return wantedNodes(spec);
  return cluster.pools.map((pool) => poolText(pool, spec)).join(', ');
}

function wantedNodes({ minNodes, maxNodes, nodeSize, gpu }: Cluster): string {
  const nodes = `${minNodes}-${maxNodes} x ${nodeSize}`;
  return gpu === undefined
    ? nodes
    : `${nodes}, GPU 0-${gpu.maxNodes} x ${gpu.nodeSize}${gpu.spot ? ' spot' : ''}`;
}

/** `2 of 1-5 x Standard_D4as_v5 (asked for Standard_D4s_v5)` */
function poolText(pool: ClusterView['pools'][number], { nodeSize, gpu }: Cluster): string {
  const { name, nodes, minNodes = nodes, maxNodes = nodes } = pool;
  const isSystem = name.startsWith('sys');
  const wanted = isSystem ? nodeSize : gpu?.nodeSize;
  const isOther = wanted !== undefined && wanted.toLowerCase() !== pool.nodeSize.toLowerCase();
  return [
    ...(isSystem ? [] : ['GPU']),
    `${nodes} of ${minNodes}-${maxNodes} x ${pool.nodeSize}`,
    ...(name.startsWith('spot') ? ['spot'] : []),
    ...(isOther ? [`(asked for ${wanted})`] : []),
  ].join(' ');
}

/** `uksouth, public for 203.0.113.0/24` */
export const whereText = (location: string, access: StackDetail['spec']['access']): string =>
  [location, access.kind === 'public' ? `public for ${access.allowFrom.join(', ')}` : 'private'].join(', ');

/** `ZenML http://localhost:8237, … while matcha connect demo runs`; undefined when there is nothing to open. */
export function openText(stack: string, { outputs = {}, catalogue }: Details): string | undefined {
  const addresses = addressesOf(outputs);
  if (addresses.length === 0) return undefined;
  const titleOf = (resource: string) =>
    catalogue?.components.find(({ slot }) => slot === resource)?.title ?? resource;
  const texts = addresses.map(({ resource, url }) => `${titleOf(resource)} ${url}`);
  const isConnected = addresses.some(({ url }) => isLocal(url));
  return texts.join(', ') + (isConnected ? `; localhost while \`matcha connect ${stack}\` runs` : '');
}

/** Tools that the catalogue has in another version; undefined when there are none. */
export function upgradeText(
  stack: string,
  versions: Record<string, string>,
  { catalogue }: Details,
): string | undefined {
  const newer = (catalogue?.components ?? []).filter(
    ({ name, version }) => versions[name] !== undefined && versions[name] !== version,
  );
  if (newer.length === 0) return undefined;
  const moves = newer.map(({ name, title, version }) => `${title} ${versions[name] ?? ''} -> ${version}`);
  return `\`matcha upgrade ${stack}\`: ${moves.join(', ')}`;
}

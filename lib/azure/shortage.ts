import { MINUTE, secondsOf } from '../domain/duration.ts';
import { failed, pending, ready, type Outcome } from '../domain/outcome.ts';
import type { ClusterInput } from '../domain/plan.ts';
import type { Problem } from '../domain/problem.ts';
import { KINDS, titleOf } from '../domain/resource-kinds.ts';
import { hasAccess } from './access.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { undefinedIfAbsent } from './errors.ts';
import { nodeSizeInUse } from './desired/pool.ts';
import { attempt } from './reconcile.ts';

/** How often the cluster is tried again while Azure lacks quota or capacity, in seconds. */
const TRY_EVERY = 10 * MINUTE;

/** A context of a step: where it continues, when the step began and the time now, in milliseconds since the epoch. */
export interface StepContext {
  resume?: string;
  startedAt: number;
  now: number;
}

/** Makes the cluster of nodes of a size. */
type Attempt = (nodeSize: string, resume?: string) => Promise<Outcome>;

/** Whether Azure lacks quota or capacity: there may be some later, or for another size. */
export const isShortage = ({ code }: Problem): boolean =>
  code === 'QUOTA_EXCEEDED' || code === 'CAPACITY_UNAVAILABLE';

/** Makes the cluster and, where Azure lacks quota or capacity for it, follows the policy of the spec. */
export function handleShortage(
  clients: AzureClients,
  options: AzureOptions,
  input: ClusterInput,
  context: StepContext,
  make: Attempt,
): Promise<Outcome> {
  const { nodeSize, onShortage } = input.size;
  switch (onShortage.do) {
    case 'fail':
      return make(nodeSize, context.resume);
    case 'wait':
      return wait(nodeSize, secondsOf(onShortage.upTo), context, make);
    case 'fallback':
      return fallBack(clients, options, input, [nodeSize, ...onShortage.nodeSizes], context, make);
  }
}

async function wait(
  nodeSize: string,
  upTo: number,
  { resume, startedAt, now }: StepContext,
  make: Attempt,
): Promise<Outcome> {
  const outcome = await make(nodeSize, resume);
  if (outcome.state !== 'failed' || !isShortage(outcome.problem)) return outcome;
  const givesUp = startedAt + upTo * 1000;
  const until = `${new Date(givesUp).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const left = Math.floor((givesUp - now) / 1000);
  if (left <= 0) {
    return failed({
      ...outcome.problem,
      message: `${outcome.problem.message} Waited for it until ${until}.`,
    });
  }
  const lacking = outcome.problem.code === 'QUOTA_EXCEEDED' ? 'quota' : 'capacity';
  return pending(
    `Waiting for ${lacking} (gives up ${until}): ${reasonOf(outcome.problem)}`,
    Math.min(TRY_EVERY, left),
  );
}

/** Which size is being tried, where that continues, and why those before it were unavailable. */
interface Trial {
  index: number;
  refused: string[];
  resume?: string;
}

async function fallBack(
  clients: AzureClients,
  options: AzureOptions,
  input: ClusterInput,
  sizes: readonly string[],
  { resume }: StepContext,
  make: Attempt,
): Promise<Outcome> {
  const trial =
    resume === undefined
      ? await firstTrial(clients, options, input, sizes)
      : ready(JSON.parse(resume) as Trial);
  if (trial.state !== 'ready') return trial;
  const { index, refused } = trial.value;
  const size = sizes[index] ?? input.size.nodeSize;
  const outcome = await make(size, trial.value.resume);
  if (outcome.state === 'ready') return outcome;
  if (outcome.state === 'pending') {
    const { resume: at, ...rest } = outcome;
    const here: Trial = { index, refused, ...(at !== undefined && { resume: at }) };
    return { ...rest, detail: `${size}: ${outcome.detail}`, resume: JSON.stringify(here) };
  }
  const { problem } = outcome;
  if (!isShortage(problem) && problem.code !== 'SIZE_UNAVAILABLE') return outcome;
  const reasons = [...refused, `${size}: ${reasonOf(problem)}`];
  const other = sizes[index + 1];
  if (other !== undefined) {
    const next: Trial = { index: index + 1, refused: reasons };
    return pending(`${size} is unavailable, trying ${other}`, 1, JSON.stringify(next));
  }
  return failed({
    ...problem,
    message: `${titleOf(KINDS.cluster, input.cluster)}: none of ${sizes.slice(-reasons.length).join(', ')} is available.`,
    cause: reasons.join('; '),
  });
}

/** A cluster that has nodes of one of the sizes keeps them; else, and where it never came up, the first is tried. */
const firstTrial = (
  clients: AzureClients,
  options: AzureOptions,
  { resourceGroup, cluster }: ClusterInput,
  sizes: readonly string[],
): Promise<Outcome<Trial>> =>
  attempt(clients, titleOf(KINDS.cluster, cluster), async () => {
    const { managedClusters } = await clients.clusters();
    const found = await managedClusters.get(resourceGroup, cluster).catch(undefinedIfAbsent);
    const isUp = found?.provisioningState !== 'Failed' || (await hasAccess(clients, options, found.id ?? ''));
    const pools = (isUp ? found?.agentPoolProfiles : []) ?? [];
    return ready({ index: nodeSizeInUse(pools, sizes), refused: [] });
  });

/** The first sentence of what Azure said, without its code. */
const reasonOf = ({ cause, message }: Problem): string =>
  (cause ?? message).replace(/^\w+: /, '').split(/\.\s|\.$/)[0] ?? message;

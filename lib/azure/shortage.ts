import { secondsOf } from '../domain/duration.ts';
import { failed, pending, ready, type Outcome } from '../domain/outcome.ts';
import type { ClusterInput } from '../domain/plan.ts';
import type { Problem } from '../domain/problem.ts';
import { wasEntered } from './access.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { undefinedIfAbsent } from './errors.ts';
import { systemPoolName } from './pools.ts';
import { attempt } from './reconcile.ts';

/** How often Azure is asked again while it lacks quota or capacity, in seconds. */
const ASK_EVERY = 10 * 60;

/** A call of a step: where it continues, when the step began and the time now, in milliseconds since the epoch. */
export interface Asked {
  resume?: string;
  startedAt: number;
  now: number;
}

/** Makes the cluster of nodes of a size. */
type Attempt = (nodeSize: string, resume?: string) => Promise<Outcome>;

/** Whether Azure lacks something now that it may have later, or of another size. */
export const isShortage = ({ code }: Problem): boolean =>
  code === 'QUOTA_EXCEEDED' || code === 'CAPACITY_UNAVAILABLE';

/** Makes the cluster and, where Azure lacks quota or capacity for it, does what the spec says. */
export function withShortage(
  clients: AzureClients,
  options: AzureOptions,
  input: ClusterInput,
  asked: Asked,
  make: Attempt,
): Promise<Outcome> {
  const { nodeSize, onShortage } = input.size;
  switch (onShortage.do) {
    case 'fail':
      return make(nodeSize, asked.resume);
    case 'wait':
      return waiting(nodeSize, secondsOf(onShortage.upTo), asked, make);
    case 'fallback':
      return fallingBack(clients, options, input, [nodeSize, ...onShortage.nodeSizes], asked, make);
  }
}

async function waiting(
  nodeSize: string,
  upTo: number,
  { resume, startedAt, now }: Asked,
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
    Math.min(ASK_EVERY, left),
  );
}

/** Which size is being tried, where that continues, and why those before it were not to be had. */
interface Trial {
  index: number;
  refused: string[];
  resume?: string;
}

async function fallingBack(
  clients: AzureClients,
  options: AzureOptions,
  input: ClusterInput,
  sizes: readonly string[],
  { resume }: Asked,
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
    return pending(`No ${size} to be had, trying ${other}`, 1, JSON.stringify(next));
  }
  return failed({
    ...problem,
    message: `AKS cluster ${input.cluster}: none of ${sizes.slice(-reasons.length).join(', ')} is to be had.`,
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
  attempt(clients, `AKS cluster ${cluster}`, async () => {
    const { managedClusters } = await clients.clusters();
    const found = await managedClusters.get(resourceGroup, cluster).catch(undefinedIfAbsent);
    const isUp =
      found?.provisioningState !== 'Failed' || (await wasEntered(clients, options, found.id ?? ''));
    const names = isUp ? found?.agentPoolProfiles?.map(({ name }) => name) : [];
    const inUse = sizes.findIndex((nodeSize) => names?.includes(systemPoolName(nodeSize)));
    return ready({ index: Math.max(0, inUse), refused: [] });
  });

/** The first sentence of what Azure said, without its code. */
const reasonOf = ({ cause, message }: Problem): string =>
  (cause ?? message).replace(/^\w+: /, '').split(/\.\s|\.$/)[0] ?? message;

import { MINUTE } from '../domain/duration.ts';
import { imageName, type ImageBuild } from '../domain/image.ts';
import { failureLinesOf, isRunOver, type ImageRun } from '../domain/image-run.ts';
import { done, failed, pending, ready, type Outcome, type Pending } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import { problem, type Problem } from '../domain/problem.ts';
import { STEP_TITLES } from '../domain/step-titles.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { getRun, listRuns, readLog, startRun, type RegistryReference } from './image-runs.ts';
import { attempt } from './reconcile.ts';

const TITLE = STEP_TITLES.ensureImage;

/** Seconds between polls. */
const POLL_EVERY = 10;

/** How long a step waits for a build, in seconds. The stack is ready without it, and the registry goes on. */
const WAIT = 8 * MINUTE;

/**
 * Builds an image in the registry of the stack, unless one of its latest runs did. `resume` is the id of the run that
 * this step started. When the answer to the start was lost, the run is among those in progress: a run does not say
 * which image it will push, so the step waits for any, and starts its own only when there is none.
 */
export async function ensureImage(
  clients: AzureClients,
  options: AzureOptions,
  input: StepInputs['ensureImage'],
  resume?: string,
): Promise<Outcome> {
  const outcome = await attempt(clients, TITLE, () => build(clients, options, input, resume));
  return outcome.state === 'pending' && resume !== undefined ? { ...outcome, resume } : outcome;
}

async function build(
  clients: AzureClients,
  options: AzureOptions,
  { resourceGroup, registry, image }: StepInputs['ensureImage'],
  resume?: string,
): Promise<Outcome> {
  const at = { resourceGroup, registry };
  const name = imageName(image);
  const runs = await listRuns(clients, options, at);
  const own = runs.find(({ id }) => id === resume);
  const isBuilt = ({ state, images }: ImageRun) => state === 'Succeeded' && images.includes(name);
  if (own?.state === 'Succeeded' || runs.some(isBuilt)) return { ...done, detail: name };
  if (own !== undefined && isRunOver(own.state)) return failed(await failureOf(clients, options, at, own));
  const running = own ?? runs.find(({ state }) => !isRunOver(state));
  if (running !== undefined) return waiting(running, own?.id);
  const started = await startRun(clients, options, at, image);
  return waiting(started, started.id);
}

const waiting = ({ state }: ImageRun, resume: string | undefined): Pending => ({
  ...pending(`Azure says: ${state}`, POLL_EVERY, resume),
  grace: {
    seconds: WAIT,
    problem: problem('IMAGE_BUILD_RUNNING', `${TITLE}: the registry is still building it.`),
  },
});

/** The most chunks of a log that are read to find its end. */
const MAX_CHUNKS = 16;

async function failureOf(
  clients: AzureClients,
  options: AzureOptions,
  at: RegistryReference,
  run: ImageRun,
): Promise<Problem> {
  const log = await lastLines(clients, options, at, run);
  const cause = [...(run.reason === undefined ? [] : [run.reason]), ...log].join('\n');
  return problem('IMAGE_BUILD_FAILED', `${TITLE}: the build ${run.id} ended as ${run.state}.`, {
    ...(cause !== '' && { cause }),
  });
}

async function lastLines(
  clients: AzureClients,
  options: AzureOptions,
  at: RegistryReference,
  run: ImageRun,
): Promise<string[]> {
  let tail = '';
  let offset = 0;
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    const { text, next } = await readLog(clients, options, at, run, offset);
    if (next === offset) break;
    tail = (tail + text).slice(-10_000);
    offset = next;
  }
  return failureLinesOf(tail);
}

/** The builds of a registry, for users. Errors become outcomes. */
export const imagesOf = (options: AzureOptions, clientsOf: () => AzureClients) => {
  const withClients = <T>(work: (clients: AzureClients) => Promise<T>): Promise<Outcome<T>> => {
    const clients = clientsOf();
    return attempt(clients, 'Image', async () => ready(await work(clients)));
  };
  return {
    list: (at: RegistryReference) => withClients((clients) => listRuns(clients, options, at)),
    get: (at: RegistryReference, run: string) => withClients((clients) => getRun(clients, options, at, run)),
    start: (at: RegistryReference, image: ImageBuild) =>
      withClients((clients) => startRun(clients, options, at, image)),
    log: (at: RegistryReference, run: ImageRun, offset: number) =>
      withClients((clients) => readLog(clients, options, at, run, offset)),
  };
};

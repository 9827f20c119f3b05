import { imageName, type ImageBuild } from '../domain/image.ts';
import { isRunOver, type ImageRun, type ImageRunState } from '../domain/image-run.ts';
import { scrub } from '../domain/scrub.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import type { RestRequest } from './rest.ts';
import { tarGz } from './tar.ts';

/**
 * ACR Tasks: the registry builds an image from an uploaded build context. Its operations are not in the client of the
 * registry; their only api-versions are previews (Azure/azure-rest-api-specs, Microsoft.ContainerRegistry,
 * RegistryTasks).
 */
const API_VERSION = '2025-03-01-preview';

export interface RegistryReference {
  resourceGroup: string;
  registry: string;
}

/** A run of ACR Tasks, as Azure returns it. */
interface Run {
  properties: {
    runId: string;
    status: 'Queued' | 'Started' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled' | 'Error' | 'Timeout';
    createTime: string;
    startTime?: string | null;
    finishTime?: string | null;
    /** Empty until it has succeeded. */
    outputImages?: { repository: string; tag?: string | null }[] | null;
    runErrorMessage?: string | null;
  };
}

/** Runs in this state have neither succeeded nor failed. */
const STATES: Record<Run['properties']['status'], ImageRunState> = {
  Queued: 'Queued',
  Started: 'Running',
  Running: 'Running',
  Succeeded: 'Succeeded',
  Failed: 'Failed',
  Canceled: 'Canceled',
  Error: 'Failed',
  Timeout: 'Failed',
};

type Clients = Pick<AzureClients, 'rest' | 'blobs'>;
type Options = Pick<AzureOptions, 'subscriptionId'>;

/** How many of the latest runs are read. */
const LATEST = 50;

/** A build may take this long, in seconds. */
const TIMEOUT = 3600;

/** The latest runs of a registry, newest first. */
export async function listRuns(
  { rest }: Clients,
  options: Options,
  registry: RegistryReference,
): Promise<ImageRun[]> {
  const query = { $top: String(LATEST) };
  const { value } = await rest.send<{ value: Run[] }>({ ...requestTo(options, registry, '/runs'), query });
  return value.map(runOf).sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

export async function getRun(
  { rest }: Clients,
  options: Options,
  registry: RegistryReference,
  run: string,
): Promise<ImageRun> {
  return runOf(await rest.send<Run>(requestTo(options, registry, `/runs/${encodeURIComponent(run)}`)));
}

/** Uploads the build context and starts a build. The URL of the upload is a secret and is used at once. */
export async function startRun(
  { rest, blobs }: Clients,
  options: Options,
  registry: RegistryReference,
  build: ImageBuild,
): Promise<ImageRun> {
  const post = (path: string): RestRequest => ({ ...requestTo(options, registry, path), method: 'POST' });
  const upload = await rest.send<{ uploadUrl: string; relativePath: string }>(
    post('/listBuildSourceUploadUrl'),
  );
  await blobs.write(upload.uploadUrl, tarGz(build.files));
  const body = {
    type: 'DockerBuildRequest',
    sourceLocation: upload.relativePath,
    dockerFilePath: build.dockerfile,
    imageNames: [imageName(build)],
    isPushEnabled: true,
    platform: { os: 'Linux', architecture: 'amd64' },
    agentConfiguration: { cpu: 2 },
    timeout: TIMEOUT,
  };
  return runOf(await rest.send<Run>({ ...post('/scheduleRun'), body }));
}

/** The most of a log that one call reads, in bytes. */
const CHUNK = 256 * 1024;

/**
 * The log of a run from a byte offset, and the offset of the rest. While the run lasts, only whole lines are returned,
 * so that a secret in a line is always seen as a whole and removed.
 */
export async function readLog(
  { rest, blobs }: Clients,
  options: Options,
  registry: RegistryReference,
  { id, state }: Pick<ImageRun, 'id' | 'state'>,
  offset: number,
): Promise<{ text: string; next: number }> {
  const path = `/runs/${encodeURIComponent(id)}/listLogSasUrl`;
  const { logLink } = await rest.send<{ logLink: string }>({
    ...requestTo(options, registry, path),
    method: 'POST',
  });
  const bytes = await blobs.read(logLink, offset, CHUNK);
  const isWhole = bytes.length === CHUNK ? !bytes.includes(LINE_END) : isRunOver(state);
  const end = isWhole ? bytes.length : bytes.lastIndexOf(LINE_END) + 1;
  const text = bytes.subarray(0, end).toString('utf8').replaceAll('\r', '');
  return { text: scrub(text), next: offset + end };
}

const LINE_END = '\n'.charCodeAt(0);

const requestTo = (
  { subscriptionId }: Options,
  { resourceGroup, registry }: RegistryReference,
  path: string,
): RestRequest => ({
  path: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${registry}${path}`,
  apiVersion: API_VERSION,
});

/** Azure writes times with an offset and seven digits. */
const utc = (time: string): string => new Date(time).toISOString();

function runOf({ properties }: Run): ImageRun {
  const { runId, status, createTime, startTime, finishTime, outputImages, runErrorMessage } = properties;
  return {
    id: runId,
    state: STATES[status],
    createdAt: utc(createTime),
    ...(startTime && { startedAt: utc(startTime) }),
    ...(finishTime && { finishedAt: utc(finishTime) }),
    images: (outputImages ?? []).map(({ repository, tag }) => imageName({ repository, tag: tag ?? '' })),
    ...(runErrorMessage && { reason: scrub(runErrorMessage) }),
    ...(status === 'Timeout' && { reason: `It took more than ${TIMEOUT / 60} minutes.` }),
  };
}

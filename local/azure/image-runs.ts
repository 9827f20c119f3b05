import { randomUUID } from 'node:crypto';
import type { Azure, ArmRequest, Json, Reply, ResourceType, Target } from './arm.ts';
import { armError, notFound } from './errors.ts';
import { buildImage, logOf, statusOf, type ImageBuild } from './image-build.ts';
import { existing } from './resources.ts';

/** The api-version of ACR Tasks (Azure/azure-rest-api-specs, Microsoft.ContainerRegistry, RegistryTasks). */
export const TASKS_VERSION = '2025-03-01-preview';

const REGISTRIES = 'Microsoft.ContainerRegistry/registries';

const invalid = (message: string) => armError(400, 'InvalidRequestContent', message);

/** A URL for the upload of a build context, and its path for the request of a run. */
export function listBuildSourceUploadUrl(azure: Azure, target: Target): Reply {
  existing(azure, target);
  requireAllowed(azure, target);
  const day = new Date(azure.clock.now()).toISOString().slice(0, 10).replaceAll('-', '');
  const relativePath = `source/${day}0000/${randomUUID()}.tar.gz`;
  const uploadUrl = azure.blobs.sign(`${containerOf(target.key)}/${relativePath}`, 'rcw');
  return { status: 200, body: { relativePath, uploadUrl } };
}

/** The properties of a DockerBuildRequest; true for those without which there is no build. */
const PROPERTIES: Record<string, boolean> = {
  type: true,
  dockerFilePath: true,
  platform: true,
  sourceLocation: true,
  imageNames: false,
  isPushEnabled: false,
  noCache: false,
  target: false,
  arguments: false,
  timeout: false,
  agentConfiguration: false,
  agentPoolName: false,
  credentials: false,
  isArchiveEnabled: false,
  logTemplate: false,
};

/** Starts a run. Only builds of a Dockerfile from an uploaded context are simulated. */
export function scheduleRun(azure: Azure, target: Target, { body }: ArmRequest): Reply {
  const registry = existing(azure, target);
  requireAllowed(azure, target);
  if (body['type'] !== 'DockerBuildRequest') throw invalid("The run request must be a 'DockerBuildRequest'.");
  const unknown = Object.keys(body).find((name) => !(name in PROPERTIES));
  if (unknown !== undefined)
    throw invalid(`Could not find member '${unknown}' on object of type 'DockerBuildRequest'.`);
  const missing = Object.keys(PROPERTIES).find(
    (name) => PROPERTIES[name] === true && body[name] === undefined,
  );
  if (missing !== undefined) throw invalid(`The property '${missing}' is required.`);
  const { sourceLocation, dockerFilePath, imageNames = [], timeout = 3600 } = body;
  const { os, architecture = 'amd64' } = body['platform'] as Json;
  if (os !== 'Linux' || architecture !== 'amd64') throw invalid('The platform is not supported.');
  if (typeof timeout !== 'number' || timeout < 300 || timeout > 28_800)
    throw invalid('The timeout must be between 300 and 28800 seconds.');
  const archive = azure.blobs.read(`${containerOf(target.key)}/${String(sourceLocation)}`);
  if (archive === undefined) throw invalid(`The source location '${String(sourceLocation)}' is invalid.`);

  const runId = `ca${(buildsOf(azure, target.key).length + 1).toString(36)}`;
  const loginServer = String(registry.properties['loginServer']);
  const { cpu = 2 } = (body['agentConfiguration'] ?? {}) as { cpu?: number };
  const build = buildImage({
    runId,
    registry: target.key,
    loginServer,
    image: (imageNames as string[])[0] ?? '',
    archive,
    dockerfile: String(dockerFilePath),
    cpu,
    now: azure.clock.now(),
    isFailing: azure.subscription.current().imageBuilds === 'failing',
    has: (image) => hasImage(azure, target.key, image),
  });
  azure.builds.set(`${target.key}/runs/${runId}`, build);
  return { status: 200, body: describe(azure, target.id, build) };
}

/** From reports of users: the same answer for trials and for registries that Azure has blocked. */
function requireAllowed(azure: Azure, { name = '' }: Target): void {
  if (azure.subscription.current().imageBuilds !== 'refused') return;
  throw armError(
    400,
    'TasksOperationsNotAllowed',
    `ACR Tasks requests for the registry ${name.toLowerCase()} and ${azure.subscriptionId} are not permitted. Please file ` +
      'an Azure support request at http://aka.ms/azuresupport for assistance.',
  );
}

/** The builds of a registry, newest first. One of an earlier registry with the same name does not count. */
const buildsOf = (azure: Azure, registry: string): ImageBuild[] => {
  const created = azure.resources.get(registry)?.properties['creationDate'] as string;
  return azure.builds
    .entries(`${registry}/runs/`)
    .map(([, build]) => build)
    .filter(({ createdAt }) => createdAt >= Date.parse(created))
    .sort((a, b) => b.createdAt - a.createdAt);
};

const hasImage = (azure: Azure, registry: string, image: string): boolean =>
  buildsOf(azure, registry).some(
    (build) => build.image === image && statusOf(build, azure.clock.now()) === 'Succeeded',
  );

const containerOf = (registry: string): string =>
  `container-${Buffer.from(registry).toString('hex').slice(-32)}`;

const registryIdOf = ({ id }: Target): string => id.replace(/\/runs(?:\/.*)?$/i, '');

/** Times have an offset and seven digits, as in the answers of the service. */
const timeOf = (ms: number): string => new Date(ms).toISOString().replace('Z', '0000+00:00');

function describe(azure: Azure, registryId: string, build: ImageBuild): Json {
  const now = azure.clock.now();
  const status = statusOf(build, now);
  const { runId, createdAt, startsAt, endsAt, canceledAt, image, loginServer, cpu } = build;
  const end = canceledAt ?? (now >= endsAt ? endsAt : undefined);
  const [repository, tag] = image.split(':');
  const isBuilt = status === 'Succeeded' && image !== '';
  return {
    id: `${registryId}/runs/${runId}`,
    name: runId,
    type: `${REGISTRIES}/runs`,
    properties: {
      runId,
      status,
      runType: 'QuickBuild',
      createTime: timeOf(createdAt),
      lastUpdatedTime: timeOf(end ?? (now >= startsAt ? startsAt : createdAt)),
      startTime: now >= startsAt ? timeOf(startsAt) : null,
      finishTime: end === undefined ? null : timeOf(end),
      outputImages: isBuilt
        ? [{ registry: loginServer, repository, tag, digest: `sha256:${digestOf(build)}` }]
        : null,
      platform: { os: 'linux', architecture: 'amd64' },
      agentConfiguration: { cpu },
      provisioningState: end === undefined ? 'Creating' : status === 'Succeeded' ? 'Succeeded' : 'Failed',
      isArchiveEnabled: false,
    },
  };
}

const digestOf = ({ registry, runId }: ImageBuild): string =>
  Buffer.from(`${runId}${registry}`).toString('hex').padEnd(64, '0').slice(0, 64);

function buildAt(azure: Azure, target: Target): ImageBuild {
  const build = buildsOf(azure, target.parent ?? '').find(({ runId }) => runId === target.name);
  if (build === undefined) throw notFound(target);
  return build;
}

/** The runs of a registry. They are records, no resources of the group, and end with the registry. */
export const registryRuns: ResourceType = {
  name: `${REGISTRIES}/runs`,
  apiVersions: [TASKS_VERSION],
  isTracked: false,
  deleteSeconds: 0,
  list(azure, target, { query }) {
    const top = Number(query.get('$top') ?? 100);
    const value = buildsOf(azure, target.parent ?? '')
      .slice(0, top)
      .map((build) => describe(azure, registryIdOf(target), build));
    return { status: 200, body: { value } };
  },
  get: (azure, target) => ({
    status: 200,
    body: describe(azure, registryIdOf(target), buildAt(azure, target)),
  }),
  actions: {
    listlogsasurl(azure, target) {
      const { runId } = buildAt(azure, target);
      const blob = `${containerOf(target.parent ?? '')}/logs/${runId}/rawtext.log`;
      return { status: 200, body: { logLink: azure.blobs.sign(blob, 'r') } };
    },
    cancel(azure, target) {
      const build = buildAt(azure, target);
      const now = azure.clock.now();
      if (now < build.endsAt && build.canceledAt === undefined)
        azure.builds.set(target.key, { ...build, canceledAt: now });
      return { status: 200 };
    },
  },
};

/** The log of a run, by the path of its blob. */
export function logAt(azure: Azure, blob: string): Buffer | undefined {
  const [container = '', folder, runId] = blob.split('/');
  if (folder !== 'logs') return undefined;
  const found = azure.builds
    .entries()
    .map(([, build]) => build)
    .findLast((build) => build.runId === runId && containerOf(build.registry) === container);
  return found && logOf(found, azure.clock.now());
}

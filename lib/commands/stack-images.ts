import { createHash } from 'node:crypto';
import type { ImageRequest, ImageView } from '../api/image.ts';
import { imageOf, imageWith } from '../components/pipeline-image.ts';
import { imageName, loginServerOf, type ImageBuild } from '../domain/image.ts';
import { isRunOver, type ImageRun } from '../domain/image-run.ts';
import { resourceNames } from '../domain/names.ts';
import type { Outcome } from '../domain/outcome.ts';
import { authorize } from '../domain/policy.ts';
import { actorOf, type Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import { quote } from '../domain/quote.ts';
import type { Services } from '../services.ts';
import type { ImageRecord, StackRecord } from '../tables/index.ts';
import { existingStack, stackFor } from './read-stacks.ts';
import { valueOf } from './value-of.ts';

/** The registry of a stack. */
interface Registry {
  resourceGroup: string;
  registry: string;
  loginServer: string;
}

/**
 * Starts to build an image in the registry of a stack. It holds nothing of the stack, so it may run beside an
 * operation. The same content under the same name is built once: a repeated request finds the first build.
 */
export async function buildImage(
  services: Services,
  principal: Principal,
  { name, ...request }: ImageRequest & { name: string },
): Promise<{ image: ImageView; isNew: boolean }> {
  const { value: stack } = await stackFor(services, principal, 'buildImage', name);
  const registry = registryOf(services, stack);
  const runs = await read(name, services.azure.images.list(registry));
  const build = buildOf(services, stack, registry, runs, request);
  const image = imageName(build);
  const content = createHash('sha256').update(JSON.stringify(build)).digest('hex');
  const records = await services.store.listImages(name);
  const earlier = runs.find((run) => {
    const record = recordOf(run, records);
    const isUsable = run.state === 'Succeeded' || !isRunOver(run.state);
    return (
      isUsable &&
      (record === undefined
        ? run.images.includes(image) && isPipelineImage(services, image)
        : record.content === content)
    );
  });
  if (earlier !== undefined) return { image: viewOf(services, earlier, records, registry), isNew: false };

  const at = new Date(services.now()).toISOString();
  const message = `${principal.name} asked to build ${registry.loginServer}/${image}.`;
  await services.store.appendEvent(name, { at, kind: 'image.requested', ...actorOf(principal), message });
  const run = await read(name, services.azure.images.start(registry, build));
  const { id, createdAt } = run;
  const record: ImageRecord = { id, createdAt, image, content, requestedBy: principal.name };
  await services.store.putImage(name, record);
  return { image: viewOf(services, run, [record], registry), isNew: true };
}

/** The latest builds in the registry of a stack, newest first. */
export async function listImages(
  services: Services,
  principal: Principal,
  name: string,
): Promise<{ images: ImageView[] }> {
  const { value: stack } = await stackFor(services, principal, 'listImages', name);
  const registry = registryOf(services, stack);
  const [runs, records] = await Promise.all([
    read(name, services.azure.images.list(registry)),
    services.store.listImages(name),
  ]);
  return { images: runs.map((run) => viewOf(services, run, records, registry)) };
}

export async function getImage(
  services: Services,
  principal: Principal,
  { name, image: id }: { name: string; image: string },
): Promise<ImageView> {
  authorize(principal, 'getImage');
  const { registry, run } = await existingRun(services, name, id);
  return viewOf(services, run, await services.store.listImages(name), registry);
}

/** A part of the log of a build, from an offset in bytes. The URL of the log stays here: it is a secret. */
export async function getImageLog(
  services: Services,
  principal: Principal,
  { name, image: id, offset }: { name: string; image: string; offset: number },
): Promise<{ text: string; next: number }> {
  authorize(principal, 'getImageLog');
  const { registry, run } = await existingRun(services, name, id);
  return read(name, services.azure.images.log(registry, run, offset));
}

async function existingRun(services: Services, name: string, id: string) {
  const { value: stack } = await existingStack(services, name);
  const registry = registryOf(services, stack);
  const absent = new ProblemError('IMAGE_NOT_FOUND', `The registry of ${name} knows no build ${quote(id)}.`);
  return { registry, run: valueIn(await services.azure.images.get(registry, id), absent) };
}

/** The registry of a stack. Throws a ProblemError when it has none. */
function registryOf({ catalogue }: Services, { spec, suffix, phase }: StackRecord): Registry {
  const hasRegistry = catalogue.componentsOf(spec).some(({ azure }) => azure?.registry);
  if (phase === 'Destroyed' || phase === 'Destroying' || !hasRegistry) throw noRegistry(spec.name);
  const { resourceGroup, registry } = resourceNames(spec.name, suffix);
  return { resourceGroup, registry, loginServer: loginServerOf(registry) };
}

const noRegistry = (name: string): ProblemError =>
  new ProblemError('NO_REGISTRY', `${name} has no container registry now.`);

/** The value of an answer of the registry. A registry that Azure does not know is not created yet. */
const read = async <T>(name: string, asked: Promise<Outcome<T>>): Promise<T> =>
  valueIn(await asked, noRegistry(name));

/** Throws `absent` when Azure does not know what was asked for. */
function valueIn<T>(outcome: Outcome<T>, absent: ProblemError): T {
  if (outcome.state === 'pending' && outcome.grace?.problem.code === 'RESOURCE_GONE') throw absent;
  return valueOf(outcome, 'AZURE_UNAVAILABLE');
}

/** What a request asks to build. */
function buildOf(
  { catalogue }: Services,
  { spec }: StackRecord,
  { loginServer }: Registry,
  runs: readonly ImageRun[],
  { requirements, files, dockerfile, tag }: ImageRequest,
): ImageBuild {
  if (files !== undefined) {
    const context = files.map(({ path, content, executable }) => ({
      ...{ path, content, encoding: 'base64' as const },
      ...(executable && { executable }),
    }));
    return imageOf('', context, { ...(dockerfile && { dockerfile }), ...(tag && { tag }) });
  }
  const base = catalogue.componentsOf(spec).find(({ azure }) => azure?.image)?.azure?.image;
  if (base === undefined)
    throw new ProblemError('NO_PIPELINE_IMAGE', `${spec.name} has no component with a pipeline image.`);
  if (requirements === undefined) return { ...base, tag: tag ?? base.tag };
  const isBuilt = runs.some(({ state, images }) => state === 'Succeeded' && images.includes(imageName(base)));
  if (isBuilt) return imageWith(`${loginServer}/${imageName(base)}`, requirements, tag);
  throw new ProblemError('NO_PIPELINE_IMAGE', `The pipeline image of ${spec.name} is not built yet.`);
}

const isPipelineImage = ({ catalogue }: Services, image: string): boolean =>
  catalogue.components.some(({ azure }) => azure?.image && imageName(azure.image) === image);

/** A registry that was created again counts its builds from the start. */
const recordOf = ({ id, createdAt }: ImageRun, records: readonly ImageRecord[]): ImageRecord | undefined =>
  records.find((record) => record.id === id && record.createdAt === createdAt);

function viewOf(
  services: Services,
  run: ImageRun,
  records: readonly ImageRecord[],
  { loginServer }: Registry,
): ImageView {
  const { images, ...view } = run;
  const record = recordOf(run, records);
  const image = record?.image ?? images[0];
  const isOwn = image !== undefined && isPipelineImage(services, image);
  const requestedBy = record?.requestedBy ?? (isOwn ? 'matcha' : undefined);
  return {
    ...view,
    ...(image !== undefined && { image: `${loginServer}/${image}` }),
    ...(requestedBy !== undefined && { requestedBy }),
  };
}

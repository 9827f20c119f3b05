import type { ManifestContext } from '../components/component.ts';
import { ready, type Outcome } from '../domain/outcome.ts';
import type { ComponentInput } from '../domain/plan.ts';
import type { StepRun } from '../domain/run.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import { certificateOf, withCertificate } from '../manifests/webhook.ts';
import type { Services } from '../services.ts';
import type { Tool } from './planned.ts';
import { releaseOf, type Release } from './release.ts';
import { createSecrets } from './secrets.ts';

/** Kinds that take time to become ready. */
const AWAITED = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Gateway']);

/** Builds the release of a component from the catalogue. */
export async function wantedRelease(
  services: Services,
  tool: Tool,
  input: ComponentInput,
): Promise<Outcome<Release>> {
  const context = await contextFor(services, input);
  if (context.state !== 'ready') return context;
  return ready(releaseOf(tool, tool.workload.manifests(context.value)));
}

/** Applies every object of a release, after the secrets that it refers to. */
export async function applyRelease(
  { now }: Services,
  cluster: Cluster,
  { workload }: Tool,
  input: ComponentInput,
  release: Release,
): Promise<void> {
  const isNamespace = ({ kind }: KubernetesObject) => kind === 'Namespace';
  await cluster.apply(release.manifests.filter(isNamespace));
  await createSecrets(cluster, workload, input, now());
  await applyObjects(
    cluster,
    release.manifests.filter((object) => !isNamespace(object)),
  );
}

/** Applies objects whose secrets exist. */
export const applyObjects = async (cluster: Cluster, objects: readonly KubernetesObject[]): Promise<void> =>
  cluster.apply(await Promise.all(objects.map((object) => trusted(cluster, object))));

/** Adds the certificate of its service, which is created in the cluster, to a webhook. */
async function trusted(cluster: Cluster, object: KubernetesObject): Promise<KubernetesObject> {
  const secret = certificateOf(object);
  if (secret === undefined) return object;
  const certificate = await cluster.secretValue({ ...secret, key: 'tls.crt' });
  if (certificate === undefined)
    throw new Error(`${object.metadata.name} refers to a certificate that does not exist.`);
  return withCertificate(object, certificate);
}

/** The workloads and Gateways of a release. */
export const awaitedIn = ({ manifests }: Pick<Release, 'manifests'>): KubernetesObject[] =>
  manifests.filter(({ kind }) => AWAITED.has(kind));

/** Whether all workloads and Gateways of the release are ready. */
export const readinessOf = (
  { now }: Services,
  cluster: Cluster,
  { title, startedAt }: Pick<StepRun, 'title' | 'startedAt'>,
  release: Release,
): Promise<Outcome> => cluster.readiness(title, awaitedIn(release), { now: now(), since: startedAt });

async function contextFor({ azure }: Services, input: ComponentInput): Promise<Outcome<ManifestContext>> {
  const { stack, storageAccount, image, identity, resourceGroup } = input;
  const context: ManifestContext = {
    stack,
    storageAccount,
    ...(image !== undefined && { image }),
    ...(input.public && { public: input.public }),
  };
  if (identity === undefined) return ready(context);
  const found = await azure.identity(resourceGroup, identity);
  return found.state === 'ready' ? ready({ ...context, clientId: found.value.clientId }) : found;
}

import { randomInt } from 'node:crypto';
import type { Component, ManifestContext, Workload } from '../components/component.ts';
import { componentNamed } from '../components/index.ts';
import { secretValues } from '../components/secrets.ts';
import { ready, type Outcome } from '../domain/outcome.ts';
import type { ComponentInput } from '../domain/plan.ts';
import type { StepRun } from '../domain/run.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import type { Services } from '../services.ts';
import { selfSigned } from './certificate.ts';
import { withCluster } from './cluster.ts';
import { objectsOf, readRelease, releaseOf, removeDropped, writeRelease, type Release } from './release.ts';

/** Kinds that are not ready as soon as they are applied. */
const AWAITED = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Gateway']);

/** Installs a component and waits until its pods are up. What is installed already is not applied again. */
export async function installComponent(
  services: Services,
  { input, title }: StepRun<'installComponent'>,
): Promise<Outcome> {
  return withCluster(services, input, title, async (cluster) => {
    const component = componentNamed(input.component);
    const workload = workloadOf(component);
    const wanted = await wantedRelease(services, input);
    if (wanted.state !== 'ready') return wanted;
    const release = wanted.value;
    const before = await readRelease(cluster, component, workload);
    // One with a previous one is an upgrade that was cut short: both may be there in part.
    if (before?.digest !== release.digest || before.previous !== undefined) {
      await applyRelease(services, cluster, input, release);
      if (before !== undefined) await removeDropped(cluster, objectsOf(before), release);
      await writeRelease(cluster, component, workload, release);
    }
    return readinessOf(services, cluster, title, release);
  });
}

/** The release that the catalogue has for a stack. */
export async function wantedRelease(services: Services, input: ComponentInput): Promise<Outcome<Release>> {
  const component = componentNamed(input.component);
  const context = await contextFor(services, input);
  if (context.state !== 'ready') return context;
  return ready(releaseOf(component, workloadOf(component).manifests(context.value)));
}

/** Applies every object of a release, after the secrets that it may refer to. */
export async function applyRelease(
  services: Services,
  cluster: Cluster,
  input: ComponentInput,
  { manifests }: Release,
): Promise<void> {
  const workload = workloadOf(componentNamed(input.component));
  await cluster.apply(manifests.filter(({ kind }) => kind === 'Namespace'));
  const secrets = await secretsOf(workload, input, services.now());
  for (const secret of secrets) await cluster.createOnce(secret);
  await cluster.apply(manifests);
}

/** Whether everything that is waited for is up. */
export const readinessOf = (
  services: Services,
  cluster: Cluster,
  title: string,
  { manifests }: Release,
): Promise<Outcome> =>
  cluster.readiness(
    title,
    manifests.filter(({ kind }) => AWAITED.has(kind)),
    services.now(),
  );

export function workloadOf(component: Component): Workload {
  if (component.workload === undefined) throw new Error(`${component.name} runs nothing in the cluster.`);
  return component.workload;
}

async function contextFor(
  { azure, artifacts }: Services,
  input: ComponentInput,
): Promise<Outcome<ManifestContext>> {
  const { stack, storageAccount, identity, resourceGroup } = input;
  const context: ManifestContext = {
    stack,
    storageAccount,
    ...(input.public && { public: input.public }),
    ...(artifacts === 'volume' && { artifacts }),
  };
  if (identity === undefined) return ready(context);
  const found = await azure.identity(resourceGroup, identity);
  return found.state === 'ready' ? ready({ ...context, clientId: found.value.clientId }) : found;
}

/** The secrets of a workload, with new values. */
async function secretsOf(
  workload: Workload,
  input: ComponentInput,
  now: number,
): Promise<KubernetesObject[]> {
  const { secrets, certificate } = workload;
  const generated = secrets.map((secret) => secretObject(secret, 'Opaque', secretValues(secret, randomText)));
  if (certificate === undefined || input.public === undefined) return generated;
  const made = await selfSigned(input.public.host, now);
  const values = { 'tls.crt': made.certificate, 'tls.key': made.key };
  return [...generated, secretObject(certificate, 'kubernetes.io/tls', values)];
}

const secretObject = (
  { name, namespace }: { name: string; namespace: string },
  type: string,
  stringData: Record<string, string>,
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'matcha' } },
  type,
  stringData,
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const randomText = (length: number): string =>
  Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

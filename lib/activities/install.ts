import { createHash, randomInt } from 'node:crypto';
import type { Component, GeneratedSecret, ManifestContext, Workload } from '../components/component.ts';
import { componentNamed } from '../components/index.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { ComponentInput } from '../domain/plan.ts';
import type { StepRun } from '../domain/run.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import type { Services } from '../services.ts';
import { withCluster } from './cluster.ts';

/** Installs a component and waits until its pods are up. What is installed already is not applied again. */
export async function installComponent(
  services: Services,
  { input, title }: StepRun<'installComponent'>,
): Promise<Outcome> {
  return withCluster(services, input, title, async (cluster) => {
    const component = componentNamed(input.component);
    const workload = workloadOf(component);
    const manifests = workload.manifests(await contextFor(services, input));
    const marker = markerOf(component, workload, manifests);
    if (!(await isThere(cluster, marker))) {
      await cluster.apply(manifests.filter(({ kind }) => kind === 'Namespace'));
      for (const secret of workload.secrets) await cluster.createOnce(generate(secret));
      await cluster.apply(manifests);
      await cluster.apply([marker]);
    }
    return cluster.readiness(
      title,
      manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet'),
    );
  });
}

export function workloadOf(component: Component): Workload {
  if (component.workload === undefined) throw new Error(`${component.name} runs nothing in the cluster.`);
  return component.workload;
}

async function contextFor({ azure }: Services, input: ComponentInput): Promise<ManifestContext> {
  const { stack, storageAccount, identity, resourceGroup } = input;
  if (identity === undefined) return { stack, storageAccount };
  const { clientId } = await azure.identityOf(resourceGroup, identity);
  return { stack, storageAccount, clientId };
}

interface Marker extends KubernetesObject {
  data: { version: string; digest: string };
}

/** Says in the cluster which manifests of a component were applied; written last, so it tells that all were. */
function markerOf(
  { name, version }: Component,
  { namespace }: Workload,
  manifests: KubernetesObject[],
): Marker {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `matcha-${name}`,
      namespace,
      labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'matcha' },
    },
    data: { version, digest: createHash('sha256').update(JSON.stringify(manifests)).digest('hex') },
  };
}

async function isThere(cluster: Cluster, marker: Marker): Promise<boolean> {
  const found = (await cluster.read({ ...marker, ...marker.metadata })) as Partial<Marker> | undefined;
  return found?.data?.digest === marker.data.digest;
}

/** A Secret with new random values. */
function generate({ name, namespace, values }: GeneratedSecret): KubernetesObject {
  const filled = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : randomText(value.random),
  ]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'matcha' } },
    type: 'Opaque',
    stringData: Object.fromEntries(filled) as Record<string, string>,
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const randomText = (length: number): string =>
  Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

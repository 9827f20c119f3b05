import type { Catalogue } from '../components/catalogue.ts';
import type { ComponentChange } from '../domain/changes.ts';
import { ready, type Outcome } from '../domain/outcome.ts';
import type { Plan, StepOf } from '../domain/plan.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import type { Services } from '../services.ts';
import { manifestsOf } from './manifest-digests.ts';

/** Kinds whose status tells whether a tool is up. */
const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Gateway']);

/**
 * The tools of a plan that are not up in the cluster now, as changes: provisioning installs them again.
 * Pending or failed where the cluster does not answer.
 */
export async function stoppedTools(
  { kubernetes, catalogue, now }: Services,
  { steps }: Plan,
): Promise<Outcome<ComponentChange[]>> {
  const installations = steps.filter((step) => step.activity === 'installComponent');
  const [first] = installations;
  if (first === undefined) return ready([]);
  const opened = await kubernetes.open(first.input.resourceGroup, first.input.cluster);
  if (opened.state !== 'ready') return opened;
  const cluster = opened.value;
  return cluster.attempt('Cluster', async () => {
    const found = await Promise.all(
      installations.map((step) => stoppedTool(catalogue, cluster, step, now())),
    );
    return ready(found.flat());
  });
}

async function stoppedTool(
  catalogue: Catalogue,
  cluster: Cluster,
  { title, input }: StepOf<'installComponent'>,
  now: number,
): Promise<ComponentChange[]> {
  const workloads = manifestsOf(catalogue, input).filter(({ kind }) => WORKLOADS.has(kind));
  const detail =
    (await absentObject(cluster, workloads)) ?? (await waitingFor(cluster, title, workloads, now));
  if (detail === undefined) return [];
  const { component: name, version } = input;
  return [{ change: 'changed', name, title, before: version, after: version, detail }];
}

async function absentObject(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
): Promise<string | undefined> {
  for (const { apiVersion, kind, metadata } of objects) {
    const found = await cluster.read({ apiVersion, kind, ...metadata });
    if (found === undefined) return `${kind} ${metadata.name} is absent`;
  }
  return undefined;
}

async function waitingFor(
  cluster: Cluster,
  title: string,
  workloads: readonly KubernetesObject[],
  now: number,
): Promise<string | undefined> {
  const outcome = await cluster.readiness(title, workloads, now);
  if (outcome.state === 'ready') return undefined;
  return outcome.state === 'pending' ? outcome.detail : outcome.problem.message;
}

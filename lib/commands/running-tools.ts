import type { Catalogue } from '../components/catalogue.ts';
import { referenceTo, secretsOf } from '../components/secrets.ts';
import type { ComponentChange } from '../domain/changes.ts';
import { ready, type Outcome } from '../domain/outcome.ts';
import type { Plan, StepOf } from '../domain/plan.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import type { Services } from '../services.ts';
import { manifestsOf } from './manifest-digests.ts';

/** Kinds whose status shows whether a tool runs. */
const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Gateway']);

/**
 * The tools of a plan that have lost an object or do not run, as changes: a provision installs them again. Pending
 * or failed when the cluster does not answer.
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
  const { component: name, version } = input;
  const workload = catalogue.find(name)?.workload;
  if (workload === undefined) return [];
  const manifests = manifestsOf(catalogue, input);
  const secrets = secretsOf(workload, { isPublic: input.public !== undefined });
  const { loss } = await cluster.presence([...manifests, ...secrets], workload.makes?.map(referenceTo));
  const workloads = manifests.filter(({ kind }) => WORKLOADS.has(kind));
  const detail = loss ?? (await waitingFor(cluster, title, workloads, now));
  if (detail === undefined) return [];
  return [{ change: 'changed', name, title, before: version, after: version, detail }];
}

async function waitingFor(
  cluster: Cluster,
  title: string,
  workloads: readonly KubernetesObject[],
  now: number,
): Promise<string | undefined> {
  const outcome = await cluster.readiness(title, workloads, { now, since: 0 });
  if (outcome.state === 'ready') return undefined;
  return outcome.state === 'pending' ? outcome.detail : outcome.problem.message;
}

// Compares the duration of a provision with the time that Azure and the cluster need for its critical path.
import { criticalPath } from '../lib/domain/graph.ts';
import type { OperationView, StepView } from '../lib/api/operation.ts';
import { DURATIONS } from '../local/azure/durations.ts';
import { createClient } from '../local/client.ts';
import { startEmbedded, type Embedded } from '../local/embedded.ts';

/** Slow enough that the real time of this machine matters little: a real millisecond counts as 20. */
const SPEED = 20;

const {
  resourceGroup,
  storageAccount,
  storageChild,
  registry,
  identity,
  roleAssignment,
  cluster,
  federatedCredential,
} = DURATIONS;

/** Seconds that Azure needs, from the simulator's table of durations. */
const AZURE: Record<string, number> = {
  'resource-group': resourceGroup.write,
  storage: storageAccount.create + 2 * storageChild.write,
  registry: registry.create,
  identities: identity.write,
  roles: 2 * roleAssignment.write,
  cluster: cluster.create,
  access: 2 * roleAssignment.write + 2 * federatedCredential.write + roleAssignment.propagate,
};

interface Timed {
  metadata: { name: string; namespace?: string; creationTimestamp?: string };
  status?: { conditions?: { type: string; lastTransitionTime?: string }[] };
}

/**
 * Seconds from the creation of a component's pods until all are ready, from the timestamps of the cluster.
 */
function clusterSeconds({ kubernetes }: Embedded, id: string, namespace: string): number {
  const pods = (kubernetes.objects(id) as unknown as Timed[]).filter(
    (object) =>
      (object as unknown as { kind: string }).kind === 'Pod' && object.metadata.namespace === namespace,
  );
  const seconds = pods.map(({ metadata, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
    return (Date.parse(ready) - Date.parse(metadata.creationTimestamp ?? '')) / 1000;
  });
  return Math.max(0, ...seconds);
}

const NAMESPACES: Record<string, string> = {
  zenml: 'zenml',
  mlflow: 'mlflow',
  seldon: 'seldon-system',
  chroma: 'chroma',
};

const took = ({ startedAt = '', finishedAt = '' }: Pick<StepView, 'startedAt' | 'finishedAt'>): number =>
  (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;

function report(embedded: Embedded, preset: string, operation: OperationView): void {
  const id =
    embedded.azure
      .inventory()
      .find((found) => found.toLowerCase().endsWith(`/managedclusters/${operation.stack}-k8s`)) ?? '';
  const own = ({ id: step }: StepView) => {
    const namespace = NAMESPACES[step];
    return namespace === undefined
      ? (AZURE[step] ?? 0)
      : clusterSeconds(embedded, id.toLowerCase(), namespace);
  };
  const { path, total } = criticalPath(operation.steps, own);
  const makespan = took(operation);
  console.log(
    `${preset}: makespan ${makespan.toFixed(1)} s / critical path ${total.toFixed(1)} s = ${(makespan / total).toFixed(3)}`,
  );
  for (const step of path) {
    console.log(
      `  ${step.title.padEnd(20)} took ${took(step).toFixed(1).padStart(6)} s, minimum ${own(step).toFixed(1).padStart(6)} s`,
    );
  }
}

const embedded = await startEmbedded({ speed: SPEED });
const plane = createClient(embedded.url);
const presets = ['default', 'llm'];
const operations = await Promise.all(
  presets.map((preset) => plane.provision(`my${preset}`, { location: 'uksouth', preset })),
);
for (const [index, preset] of presets.entries()) {
  const operation = operations[index];
  if (operation?.state !== 'Succeeded') throw new Error(`${preset}: ${JSON.stringify(operation?.problem)}`);
  report(embedded, preset, operation);
}
await embedded.close();

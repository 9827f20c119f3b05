import type { ToolLogs } from '../api/logs.ts';
import type { CatalogueEntry } from '../components/catalogue.ts';
import { resourceNames } from '../domain/names.ts';
import { ready } from '../domain/outcome.ts';
import type { Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import { quote } from '../domain/quote.ts';
import { scrub } from '../domain/scrub.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Services } from '../services.ts';
import { refuseIfHibernated, stackFor } from './read-stacks.ts';
import { valueOf } from './value-of.ts';

/**
 * The latest log lines of the pods of a tool, without secrets. A stack that is not ready has logs too: they say why.
 */
export async function readLogs(
  services: Services,
  principal: Principal,
  { name, component, tail }: { name: string; component: string; tail: number },
): Promise<ToolLogs> {
  const { value: stack } = await stackFor(services, principal, 'readLogs', name);
  refuseIfHibernated(stack);
  if (stack.phase === 'Destroyed' || stack.phase === 'Destroying')
    throw new ProblemError('STACK_NOT_PROVISIONED', `${name} is ${stack.phase}; its tools have no logs.`);
  const components = services.catalogue.componentsOf(stack.spec);
  const found = components.find((each) => each.name === component);
  if (found === undefined)
    throw new ProblemError('UNKNOWN_COMPONENT', `${name} has no component ${quote(component)}.`);
  const namespace = found.workload?.namespace;
  if (namespace === undefined)
    throw new ProblemError('NO_LOGS', `${found.title} does not run in the cluster, so it has no logs.`);

  const { resourceGroup, cluster: clusterName } = resourceNames(name, stack.suffix);
  const cluster = valueOf(await services.kubernetes.open(resourceGroup, clusterName), 'CLUSTER_UNREACHABLE');
  const read = async () => {
    const [logs, secrets] = await Promise.all([
      cluster.logs(namespace, tail),
      secretsOf(cluster, components),
    ]);
    return ready(logs.map(({ text, ...log }) => ({ ...log, lines: linesOf(scrub(text, secrets)) })));
  };
  const logs = valueOf(await cluster.attempt(`Logs of ${found.title}`, read), 'CLUSTER_UNREACHABLE');
  return { component, containers: logs };
}

/** The generated secrets of all tools: one tool may log that of another. */
async function secretsOf(cluster: Cluster, components: readonly CatalogueEntry[]): Promise<string[]> {
  const secrets = components.flatMap(({ workload }) => workload?.secrets ?? []);
  const values = await Promise.all(
    secrets.flatMap(({ namespace, name, values }) =>
      Object.keys(values).map((key) => cluster.secretValue({ namespace, name, key })),
    ),
  );
  return values.filter((value) => value !== undefined);
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

import { defaultCatalogue } from '../../../lib/components/default-catalogue.ts';
import type { Component } from '../../../lib/components/component.ts';
import type { AgentPool } from '../../../local/azure/cluster.ts';
import type { StackRecord } from '../../../lib/tables/index.ts';
import { GPU_SIZE } from '../actions.ts';
import type { Evidence, Moment } from '../life.ts';

/** The kinds that show whether a component is there. */
const KINDS = ['Namespace', 'Deployment', 'StatefulSet', 'DaemonSet'];

const nameOf = (kind: string, { namespace = '', name }: { namespace?: string; name: string }): string =>
  `${kind} ${namespace}/${name}`;

function workloadsOf(component: Component, stack: string): string[] {
  const context = { stack, storageAccount: 'account', public: { host: 'host', allowFrom: [], ports: [] } };
  const objects = component.workload?.manifests(context) ?? [];
  return objects
    .filter(({ kind }) => KINDS.includes(kind))
    .map(({ kind, metadata }) => nameOf(kind, metadata));
}

/** A stack whose last operation succeeded has the workloads of its components, its nodes and tags, and no others. */
export const hasWhatItSays = ({ settled, records }: Evidence): string[] =>
  settled.stacks
    .filter(({ phase }) => phase === 'Ready')
    .flatMap(({ name, components }) => {
      const record = records.stacks.find(({ spec }) => spec.name === name);
      if (record === undefined) return [`${name} has no record.`];
      return [...wrongWorkloads(settled, record, components), ...wrongNodes(settled, record)].map(
        (text) => `${name} is Ready, but ${text}`,
      );
    });

function wrongWorkloads({ truth }: Moment, { spec }: StackRecord, chosen: readonly string[]): string[] {
  const { name } = spec;
  const cluster = Object.entries(truth.clusters).find(([id]) => id.toLowerCase().endsWith(`/${name}-k8s`));
  const present = (cluster?.[1] ?? []).map(({ kind, metadata }) => nameOf(kind, metadata));
  const isPart = (component: Component) => component.when?.(spec) ?? chosen.includes(component.name);
  const { components } = defaultCatalogue;
  const wanted = new Set(components.filter(isPart).flatMap((each) => workloadsOf(each, name)));
  const unwanted = components.filter((each) => !isPart(each)).flatMap((each) => workloadsOf(each, name));
  return [
    ...[...wanted].filter((each) => !present.includes(each)).map((each) => `${each} is missing.`),
    ...unwanted
      .filter((each) => !wanted.has(each) && present.includes(each))
      .map((each) => `${each} is left.`),
  ];
}

function wrongNodes({ resources }: Moment, { spec }: StackRecord): string[] {
  const { name, cluster, tags } = spec;
  const find = (ending: string) => resources.find(({ id }) => id.toLowerCase().endsWith(ending));
  const pools = (find(`/${name}-k8s`)?.properties['agentPoolProfiles'] ?? []) as AgentPool[];
  const hasPool = pools.some(
    ({ minCount, maxCount, vmSize }) =>
      minCount === cluster.minNodes && maxCount === cluster.maxNodes && vmSize === cluster.nodeSize,
  );
  const hasGpu = pools.some(({ vmSize }) => vmSize === GPU_SIZE);
  const group = find(`/resourcegroups/${name}-resources`);
  const missing = Object.entries(tags).filter(([tag, value]) => group?.tags?.[tag] !== value);
  return [
    ...(hasPool && hasGpu === (cluster.gpu !== undefined)
      ? []
      : [`its pools are not those of ${JSON.stringify(cluster)}: ${JSON.stringify(pools)}`]),
    ...missing.map(([tag, value]) => `its group lacks the tag ${tag}=${value}.`),
  ];
}

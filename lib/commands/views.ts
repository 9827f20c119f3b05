import type { CostEstimate } from '../domain/cost.ts';
import { criticalPath } from '../domain/graph.ts';
import { resourceNames } from '../domain/names.ts';
import type { Plan, Step } from '../domain/plan.ts';
import { KINDS } from '../domain/resource-kinds.ts';
import type { StackSpec } from '../domain/spec.ts';
import type { OperationView, StepView } from '../api/operation.ts';
import type { PlanView } from '../api/plan.ts';
import type { StackView } from '../api/stack.ts';
import type { StepRecord } from '../domain/status.ts';
import type { Catalogue } from '../components/catalogue.ts';
import type { OperationRecord, StackRecord } from '../tables/index.ts';

/** The usual duration of a plan in seconds: its critical path. */
export const usualDuration = ({ steps }: Plan): number => criticalPath(steps, ({ usual }) => usual).total;

export function stackView({
  spec,
  suffix: _,
  problem,
  activeOperation,
  lastOperation,
  ...record
}: StackRecord): StackView {
  return {
    name: spec.name,
    phase: record.phase,
    preset: spec.preset,
    components: spec.components,
    versions: record.versions,
    location: spec.location,
    owner: spec.owner,
    members: spec.members,
    access: spec.access.kind,
    generation: record.generation,
    observedGeneration: record.observedGeneration,
    conditions: record.conditions,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    ...(problem && { problem }),
    ...(record.kept?.length && { kept: record.kept }),
    ...(activeOperation !== undefined && { activeOperation }),
    ...(lastOperation !== undefined && { lastOperation }),
  };
}

export function operationView(operation: OperationRecord, records: readonly StepRecord[]): OperationView {
  const { plan, requestHash: _, epoch: _epoch, ...view } = operation;
  const byId = new Map(records.map((record) => [record.id, record]));
  return {
    ...view,
    usual: usualDuration(plan),
    steps: plan.steps.map((step) => stepView(step, byId.get(step.id) ?? neverStarted(operation, step))),
  };
}

export function planView(
  catalogue: Catalogue,
  spec: StackSpec,
  suffix: string,
  plan: Plan,
  cost: CostEstimate,
  versions: Readonly<Record<string, string>> = {},
): PlanView {
  const names = resourceNames(spec.name, suffix);
  const components = [
    ...catalogue.componentsOf(spec).filter(({ workload }) => workload),
    ...catalogue.retiredOf(spec).map((name) => ({ name, title: name, version: versions[name] ?? 'unknown' })),
  ];
  const containers = plan.steps.flatMap(({ activity, input }) =>
    activity === 'ensureStorage' ? input.containers : [],
  );
  const identities = plan.steps.flatMap(({ activity, input }) =>
    activity === 'ensureIdentities' ? input.identities : [],
  );
  return {
    stack: spec.name,
    kind: plan.kind,
    preset: spec.preset,
    location: spec.location,
    components: components.map(({ name, title, version }) => {
      const from = versions[name];
      return { name, title, version, ...(from !== undefined && from !== version && { from }) };
    }),
    resources: [
      { kind: KINDS.group, name: names.resourceGroup },
      { kind: KINDS.cluster, name: names.cluster, detail: sizeOf(spec) },
      {
        kind: KINDS.account,
        name: names.storageAccount,
        ...(containers.length > 0 && { detail: `containers ${containers.join(', ')}` }),
      },
      ...(plan.steps.some(({ activity }) => activity === 'ensureRegistry')
        ? [{ kind: KINDS.registry, name: names.registry }]
        : []),
      ...identities.map((name) => ({ kind: KINDS.identity, name })),
    ],
    steps: plan.steps.map(({ id, title, after, usual }) => ({ id, title, after, usual })),
    access: spec.access.kind,
    ...(spec.access.kind === 'public' && { allowFrom: spec.access.allowFrom }),
    owner: spec.owner,
    members: spec.members,
    usual: usualDuration(plan),
    cost,
  };
}

/** The record of a step that has not started. Once its operation has ended, nothing waits. */
const neverStarted = ({ finishedAt }: OperationRecord, { id }: Step): StepRecord => ({
  id,
  state: finishedAt === undefined ? 'waiting' : 'blocked',
  attempts: 0,
});

const stepView = ({ title, after, usual }: Step, record: StepRecord): StepView => ({
  ...record,
  title,
  after,
  usual,
});

const sizeOf = ({ cluster: { nodeSize, minNodes, maxNodes, gpu } }: StackSpec): string =>
  [
    `${minNodes}-${maxNodes} x ${nodeSize}`,
    ...(gpu === undefined ? [] : [`GPU 0-${gpu.maxNodes} x ${gpu.nodeSize}${gpu.spot ? ' spot' : ''}`]),
  ].join(', ');

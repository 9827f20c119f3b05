import { expect, test } from 'vitest';
import type { PlanView } from '../../lib/api/plan.ts';
import type { PlanChanges } from '../../lib/domain/changes.ts';
import { everything } from '../../cli/commands/diff.ts';
import { planLines } from '../../cli/render/plan.ts';
import { look } from './views.ts';

const changes: PlanChanges = {
  components: [
    {
      change: 'removed',
      name: 'chroma',
      title: 'Chroma',
      before: '1.5.9',
      loses: 'Chroma 1.5.9 and all its data (disk 10 GiB)',
    },
    { change: 'changed', name: 'mlflow', title: 'MLflow', before: '3.16.0', after: '3.17.0' },
    {
      change: 'changed',
      name: 'zenml',
      title: 'ZenML',
      before: '0.96.4',
      after: '0.96.4',
      detail: 'Deployment zenml is absent',
    },
    { change: 'added', name: 'evidently', title: 'Evidently', after: '0.7.0' },
  ],
  resources: [
    {
      change: 'changed',
      kind: 'node pool',
      name: 'sysd4sv5',
      properties: [{ path: 'maxCount', before: 3, after: 5 }],
    },
    {
      change: 'changed',
      kind: 'resource group',
      name: 'demo-resources',
      properties: [{ path: 'tags.old', before: 'x' }],
    },
  ],
  settings: [
    { path: 'lifetime.protected', before: false, after: true },
    { path: 'access.allowFrom', before: ['10.0.0.0/8', '203.0.113.0/24'] },
  ],
  unchanged: 11,
  isComplete: true,
};
const plan: PlanView = {
  stack: 'demo',
  kind: 'provision',
  preset: 'default',
  location: 'uksouth',
  components: [],
  resources: [],
  steps: [],
  access: 'private',
  owner: { id: '5f0d3c6e-0000-4000-8000-000000000ada', name: 'ada', type: 'User' },
  members: [],
  usual: 60,
  cost: {
    currency: 'USD',
    source: 'offline',
    asOf: '2026-01-01',
    items: [],
    hourly: 0.35,
    monthly: { low: 250, expected: 251, high: 700 },
    hibernatedMonthly: 14,
    assumptions: [],
    unpriced: [],
  },
  phase: 'Ready',
  changes,
};

test('the plan of an existing stack lists its changes, losses first', () => {
  expect(planLines(plan, look()).slice(0, -1)).toEqual([
    'Changes to demo: Ready, default; 1 removed, 1 added, 6 changed, 11 unchanged; about 60 s',
    '  - Removes Chroma 1.5.9 and all its data (disk 10 GiB)',
    '  ~ MLflow 3.16.0 -> 3.17.0',
    '  ~ ZenML 0.96.4: Deployment zenml is absent',
    '  + Evidently 0.7.0',
    '  ~ node pool sysd4sv5: max nodes 3 -> 5',
    '  ~ resource group demo-resources: tags.old x -> (none)',
    '  ~ protected false -> true',
    '  ~ public networks 10.0.0.0/8, 203.0.113.0/24 -> (none)',
  ]);
});

test('a plan without an answer of Azure says so, and lines keep to the width', () => {
  const unknown = { ...changes, isComplete: false };
  const lines = planLines({ ...plan, changes: unknown }, look(50));
  expect(lines.join(' ')).toMatch(/does not answer/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(50);
});

test('of a new stack everything is added', () => {
  const { components, resources } = everything({
    components: [{ name: 'mlflow', title: 'MLflow', version: '3.17.0' }],
    resources: [{ kind: 'AKS cluster', name: 'demo-k8s', detail: '1-3 x Standard_D4s_v5' }],
  });
  expect([...components, ...resources]).toEqual([
    { change: 'added', name: 'mlflow', title: 'MLflow', after: '3.17.0' },
    { change: 'added', kind: 'AKS cluster', name: 'demo-k8s', properties: [] },
  ]);
});

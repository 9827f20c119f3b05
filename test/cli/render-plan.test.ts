import { expect, test } from 'vitest';
import type { PlanView } from '../../lib/api/plan.ts';
import { planLines, planStepLines, upgradeLines } from '../../cli/render/plan.ts';
import { costLines } from '../../cli/render/cost.ts';
import { presetText } from '../../cli/render/catalogue.ts';
import { look } from './views.ts';

const plan: PlanView = {
  stack: 'demo',
  kind: 'provision',
  preset: 'default',
  location: 'uksouth',
  components: [
    { name: 'zenml', title: 'ZenML', version: '0.96.4' },
    { name: 'mlflow', title: 'MLflow', version: '3.17.0' },
  ],
  resources: [
    { kind: 'resource group', name: 'demo-resources' },
    { kind: 'AKS cluster', name: 'demo-k8s', detail: '1-3 x Standard_D4s_v5' },
    ...['zenml', 'mlflow', 'dvc'].map((name) => ({ kind: 'identity', name: `demo-${name}` })),
  ],
  steps: [
    { id: 'group', title: 'Resource group', after: [], usual: 2 },
    { id: 'cluster', title: 'AKS cluster', after: ['group'], usual: 280 },
  ],
  access: 'private',
  owner: { id: '5f0d3c6e-0000-4000-8000-000000000ada', name: 'ada@example.com', type: 'User' },
  members: [],
  usual: 540,
  cost: {
    currency: 'USD',
    source: 'offline',
    asOf: '2024-06-30',
    items: [
      {
        resource: 'nodes',
        meter: 'vm/Standard_D4s_v5',
        unit: 'hour',
        quantity: 1,
        unitPrice: 0.33,
        hourly: 0.33,
        monthly: 240.9,
        hibernatedMonthly: 0,
      },
      {
        resource: 'storage account',
        meter: 'blob/Hot LRS',
        unit: 'GB-month',
        quantity: 50,
        unitPrice: 0.282,
        hourly: 0.0193,
        monthly: 14.1,
        hibernatedMonthly: 14.1,
      },
    ],
    hourly: 0.3493,
    monthly: { low: 255, expected: 255, high: 736.8 },
    hibernatedMonthly: 14.1,
    assumptions: ['A month has 730 hours.'],
    unpriced: [],
  },
};

test('a plan shows its size, duration, cost and resources', () => {
  const text = planLines(plan, look()).join('\n');
  expect(text).toMatch(
    /^Plan: 2 steps, about 9 min, about \$255\/month while running, \$14 while hibernated$/m,
  );
  expect(text).toMatch(/Stack +demo, default, uksouth$/m);
  expect(text.replace(/\s+/g, ' ')).toContain(
    'Azure resource group demo-resources, AKS cluster demo-k8s (1-3 x Standard_D4s_v5), 3 identities',
  );
  expect(text).toMatch(/Tools +ZenML 0.96.4, MLflow 3.17.0$/m);
  expect(text).toMatch(/Access +private; owner ada@example.com$/m);
});

test('the steps of a plan name their dependencies by title', () => {
  const [first, second] = planStepLines(plan, look());
  expect(first).toMatch(/^ {2}Resource group +2 s$/);
  expect(second).toMatch(/^ {2}AKS cluster +4:40 +after Resource group$/);
});

test('each resource has a cost, and offline prices are marked', () => {
  const text = costLines(plan.cost, look()).join('\n');
  expect(text).toMatch(/nodes +1 x Standard_D4s_v5 +\$240\.90 +-$/m);
  expect(text).toMatch(/storage account +50 GB x Hot LRS +\$14\.10 +\$14\.10$/m);
  expect(text).toMatch(/Total +\$255\.00, up to \$736\.80 with all nodes; offline prices of 2024-06-30$/m);
});

test('an unknown price makes the cost a lower bound', () => {
  const cost = { ...plan.cost, unpriced: ['nodes (Standard_X1)'] };
  expect(planLines({ ...plan, cost }, look()).join('\n')).toContain('at least $255/month');
  expect(costLines(cost, look()).join('\n')).toMatch(/No price +nodes \(Standard_X1\)$/m);
});

test('a plan keeps to a narrow terminal', () => {
  const lines = [
    ...planLines(plan, look(60)),
    ...planStepLines(plan, look(60)),
    ...costLines(plan.cost, look(60)),
  ];
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
});

test('a preset is described by what it adds to another one', () => {
  const presets = { default: ['zenml', 'mlflow'], llm: ['zenml', 'mlflow', 'chroma'] };
  expect(presetText(presets, 'llm')).toBe('default + chroma');
  expect(presetText(presets, 'default')).toBe('zenml, mlflow');
});

test('an upgrade shows the present and the new version of each tool', () => {
  const components = [{ name: 'mlflow', title: 'MLflow', from: '3.16.0', version: '3.17.0' }];
  expect(upgradeLines({ ...plan, kind: 'upgrade', components, usual: 120 }, look())).toEqual([
    'Upgrade: demo, 1 tool, about 2 min',
    '  MLflow      3.16.0 -> 3.17.0',
  ]);
});

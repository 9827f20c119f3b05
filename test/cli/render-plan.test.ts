import { expect, test } from 'vitest';
import type { PlanView } from '../../lib/domain/status.ts';
import { planLines, planStepLines } from '../../cli/render/plan.ts';
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
  owner: 'ada@example.com',
  usual: 540,
};

test('a plan tells its size, its time, and what will be there', () => {
  const text = planLines(plan, look()).join('\n');
  expect(text).toContain('Plan demo (default, uksouth): 2 steps, about 9 min');
  expect(text.replace(/\s+/g, ' ')).toContain(
    'Azure resource group demo-resources, AKS cluster demo-k8s (1-3 x Standard_D4s_v5), 3 identities',
  );
  expect(text).toMatch(/Tools +ZenML 0.96.4, MLflow 3.17.0$/m);
  expect(text).toMatch(/Access +private; owner ada@example.com$/m);
});

test('the steps of a plan name what they wait for as people know it', () => {
  const [first, second] = planStepLines(plan, look());
  expect(first).toMatch(/^ {2}Resource group +2 s$/);
  expect(second).toMatch(/^ {2}AKS cluster +4:40 +after Resource group$/);
});

test('a plan keeps to a narrow terminal', () => {
  const lines = [...planLines(plan, look(60)), ...planStepLines(plan, look(60))];
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
});

test('a preset is told by what it adds to another one', () => {
  const presets = { default: ['zenml', 'mlflow'], llm: ['zenml', 'mlflow', 'chroma'] };
  expect(presetText(presets, 'llm')).toBe('default + chroma');
  expect(presetText(presets, 'default')).toBe('zenml, mlflow');
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { PlanView } from '../../lib/api/plan.ts';
import type { StackView } from '../../lib/api/stack.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;

beforeAll(async () => {
  plane = await startPlane();
  run = matcha(plane.url);
});
afterAll(() => plane.close());

const planOf = async (name: string, body: object): Promise<PlanView> =>
  (await plane.api('POST', `/stacks/${name}/plan`, body)).body as PlanView;
const usual = ({ steps }: PlanView, id: string) => steps.find((step) => step.id === id)!.usual;
const request = { location: 'uksouth', preset: 'default' };

test('a plan has the cost of each resource, and the command prints it', async () => {
  const { cost } = await planOf('priced', { ...request, preset: 'llm' });
  expect(cost).toMatchObject({ currency: 'USD', source: 'azure-retail-prices', unpriced: [] });
  expect(cost.items.map(({ resource }) => resource)).toEqual(
    expect.arrayContaining(['nodes', 'container registry', 'load balancer', 'disk of Chroma']),
  );
  expect(cost.hibernatedMonthly).toBeGreaterThan(0);
  expect(cost.hibernatedMonthly).toBeLessThan(cost.monthly.expected);

  const { code, stdout } = await run('plan', 'priced', '--location', 'uksouth', '--preset', 'llm');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^Plan: \d+ steps, about \d+ min, about \$\d+\/month while running, \$\d+ while hibernated$/m,
  );
  expect(stdout).toMatch(/nodes +1 x Standard_D4s_v5 +\$\d+\.\d\d +-$/m);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  const json = await run('plan', 'priced', '--location', 'uksouth', '--preset', 'llm', '--json');
  expect((JSON.parse(json.stdout) as PlanView).cost).toEqual(cost);
});

test('a size without a price does not fail the plan', async () => {
  const { cost } = await planOf('exotic', { ...request, cluster: { nodeSize: 'Standard_E4s_v5' } });
  expect(cost.unpriced).toEqual(['nodes (Standard_E4s_v5)']);
});

test('plans learn durations from steps that create resources, but not from steps without work', async () => {
  const before = await planOf('fresh', request);
  plane.azure.injectFault({ resource: /managedclusters\/slow-k8s$/i, verb: 'create', slowdown: 3 });
  await plane.provision('slow', request);
  const after = await planOf('fresh', request);
  expect(usual(after, 'cluster')).toBeGreaterThan(usual(before, 'cluster') * 1.3);
  expect(usual(after, 'cluster')).toBeLessThan(usual(before, 'cluster') * 3);
  expect(after.usual).toBeGreaterThan(before.usual);
  expect(
    usual(await planOf('fresh', { ...request, cluster: { nodeSize: 'Standard_D8s_v5' } }), 'cluster'),
  ).toBe(usual(before, 'cluster'));

  await plane.provision('slow', { ...request, tags: { team: 'ml' } });
  expect(usual(await planOf('fresh', request), 'cluster')).toBe(usual(after, 'cluster'));
});

test('the list and the status have the cost per day', async () => {
  const { cost } = await planOf('slow', request);
  const { costPerDay } = await plane.stack('slow');
  expect(costPerDay).toBeCloseTo(cost.hourly * 24, 2);
  const { stacks } = (await plane.api('GET', '/stacks')).body as { stacks: StackView[] };
  expect(stacks.find(({ name }) => name === 'slow')?.costPerDay).toBe(costPerDay);
  const { stdout } = await run('list');
  expect(stdout).toMatch(/COST\/DAY/);
  expect(stdout).toContain(`$${costPerDay!.toFixed(2)}`);
  const destroyed = (await plane.api('DELETE', '/stacks/slow')).body as OperationView;
  expect((await plane.ended(destroyed.id)).state).toBe('Succeeded');
  expect((await plane.stack('slow')).costPerDay).toBeUndefined();
});

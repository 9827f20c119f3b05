import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlanView } from '../../lib/api/plan.ts';
import type { StackSpec } from '../../lib/domain/spec.ts';
import { matcha } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;

const WHOLE = {
  location: 'uksouth',
  components: ['mlflow', 'chroma'],
  cluster: {
    nodeSize: 'Standard_D8s_v5',
    minNodes: 2,
    maxNodes: 4,
    kubernetesVersion: '1.35',
    gpu: { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 2, spot: true },
    onShortage: { do: 'wait', upTo: 'P1D' },
  },
  access: { kind: 'public', allowFrom: ['203.0.113.0/24'] },
  storage: { sharedKeyAccess: true },
  lifetime: { protected: true },
  tags: { team: 'ml' },
};

let spec: StackSpec;

beforeAll(async () => {
  plane = await startPlane({ speed: 1200 });
  await plane.provision('demo', WHOLE);
  ({ spec } = await plane.stack('demo'));
});
afterAll(() => plane.close());

test.each([
  ['nothing', {}],
  ['the region alone', { location: 'uksouth' }],
  ['one field of an object', { cluster: { gpu: { spot: true } }, lifetime: {}, storage: {} }],
  ['a choice without its details', { access: { kind: 'public' }, cluster: { onShortage: { do: 'wait' } } }],
])('a PUT of %s that the stack has changes nothing, and the plan says so', async (_, body) => {
  const { body: plan } = await plane.api('POST', '/stacks/demo/plan', body);
  expect((plan as PlanView).changes).toMatchObject({ components: [], resources: [], settings: [] });
  expect(await plane.api('PUT', '/stacks/demo', body)).toMatchObject({ status: 200, body: { spec } });
});

test('a protected stack stays protected when a request says nothing about it', async () => {
  await plane.provision('demo', { location: 'uksouth', tags: { team: 'data' } });
  expect((await plane.stack('demo')).spec).toEqual({ ...spec, tags: { team: 'data' } });
  expect(await plane.api('DELETE', '/stacks/demo')).toMatchObject({ body: { code: 'STACK_PROTECTED' } });
});

test('null takes a field away, in the plan and in the stack', async () => {
  const body = { cluster: { gpu: null }, tags: null, lifetime: { protected: null } };
  const { body: plan } = await plane.api('POST', '/stacks/demo/plan', body);
  const { resources = [], settings = [] } = (plan as PlanView).changes ?? {};
  expect(resources).toContainEqual(expect.objectContaining({ change: 'removed', kind: 'node pool' }));
  expect(settings).toContainEqual({ path: 'lifetime.protected', before: true, after: false });
  await plane.provision('demo', body);
  const { gpu: _, ...cluster } = spec.cluster;
  expect((await plane.stack('demo')).spec).toEqual({
    ...spec,
    cluster,
    tags: {},
    lifetime: { protected: false },
  });
});

test('the command changes one field and keeps those for which it has no flag', async () => {
  await plane.provision('demo', { lifetime: { protected: true }, tags: { team: 'ml' } });
  const run = await matcha(plane.url)('provision', 'demo', '--max-nodes', '5', '--yes');
  expect(run).toMatchObject({ code: 0 });
  expect((await plane.stack('demo')).spec).toMatchObject({
    cluster: { maxNodes: 5, nodeSize: 'Standard_D8s_v5', onShortage: { do: 'wait', upTo: 'P1D' } },
    lifetime: { protected: true },
    tags: { team: 'ml' },
  });
});

test('a new stack needs its region', async () => {
  for (const path of ['/stacks/fresh', '/stacks/fresh/plan'])
    expect(await plane.api(path.endsWith('plan') ? 'POST' : 'PUT', path, {})).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', cause: 'location: is required for a new stack' },
    });
});

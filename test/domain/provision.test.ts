import { expect, test } from 'vitest';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { criticalPath } from '../../lib/domain/graph.ts';
import { planProvision } from '../../lib/domain/provision.ts';
import { planOf, specOf } from '../helpers/specs.ts';

const ids = ({ steps }: { steps: { id: string }[] }) => steps.map(({ id }) => id);

test('the preset llm adds the vector database to default', () => {
  const added = ids(planOf('llm')).filter((id) => !ids(planOf('default')).includes(id));
  expect(added).toEqual(['chroma', 'chroma-canary']);
});

test('the same spec has the same plan', () => {
  expect(planOf('llm')).toEqual(planOf('llm'));
});

test('a plan can be serialized as JSON', () => {
  expect(JSON.parse(JSON.stringify(planOf('llm', { cluster: { gpu: { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 2 } } }))))
    .toEqual(planOf('llm', { cluster: { gpu: { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 2 } } })); // prettier-ignore
});

test('the cluster is on the critical path of a provision', () => {
  const { path } = criticalPath(planOf('llm').steps, ({ usual }) => usual);
  expect(path.map(({ id }) => id)).toContain('cluster');
});

test('each component that uses Azure has its own identity with a role on its own container', () => {
  const roles = planOf('default').steps.find(({ id }) => id === 'roles');
  expect(roles?.input).toMatchObject({
    grants: expect.arrayContaining([
      { identity: 'demo-mlflow', container: 'mlflow', role: 'Storage Blob Data Contributor' },
    ]) as unknown,
  });
});

test('components that depend on each other are reported as a cycle', () => {
  const component = (name: string, ...dependsOn: string[]) => ({
    name,
    title: name,
    version: '1.0.0',
    catalogueFingerprint: name,
    dependsOn,
    workload: { usual: { install: 1, canary: 1 } },
  });
  const spec = { ...specOf('default'), components: ['hen', 'egg'] };
  expect(() => planProvision(spec, 1, 'x', [component('hen', 'egg'), component('egg', 'hen')])).toThrow(
    'Cycle: hen -> egg-canary -> egg -> hen-canary -> hen',
  );
});

test('a retired component stays while the spec names it and is removed otherwise', () => {
  const { components: catalogue } = defaultCatalogue;
  const installed = ['mlflow', 'retired'];
  const idsOf = (components: string[]) =>
    planProvision({ ...specOf('default'), components }, 2, 'x', catalogue, { installed }).steps.map(
      ({ id }) => id,
    );
  expect(idsOf(['mlflow', 'retired']).filter((id) => id.includes('retired'))).toEqual([]);
  expect(idsOf(['mlflow'])).toContain('remove-retired');
});

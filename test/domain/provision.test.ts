import { expect, test } from 'vitest';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { criticalPath } from '../../lib/domain/graph.ts';
import { planProvision } from '../../lib/domain/provision.ts';
import { planOf, specOf } from '../helpers/specs.ts';

const ids = ({ steps }: { steps: { id: string }[] }) => steps.map(({ id }) => id);

test('the llm preset adds the vector database to the default one', () => {
  const added = ids(planOf('llm')).filter((id) => !ids(planOf('default')).includes(id));
  expect(added).toEqual(['chroma', 'chroma-canary']);
});

test('the same spec always gives the same plan', () => {
  expect(planOf('llm')).toEqual(planOf('llm'));
});

test('a plan is plain data that survives being stored', () => {
  expect(JSON.parse(JSON.stringify(planOf('llm', { cluster: { gpu: { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 2 } } }))))
    .toEqual(planOf('llm', { cluster: { gpu: { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 2 } } })); // prettier-ignore
});

test('AKS decides how long a provision takes', () => {
  const { path } = criticalPath(planOf('llm').steps, ({ usual }) => usual);
  expect(path.map(({ id }) => id)).toContain('cluster');
});

test('each component that needs Azure gets its own identity with a role on its own container', () => {
  const roles = planOf('default').steps.find(({ id }) => id === 'roles');
  expect(roles?.input).toMatchObject({
    grants: expect.arrayContaining([
      { identity: 'demo-mlflow', container: 'mlflow', role: 'Storage Blob Data Contributor' },
    ]) as unknown,
  });
});

test('components that wait for each other are reported as a cycle', () => {
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

test('a component that the catalogue no longer has stays while the spec names it, then is removed by its name', () => {
  const { components: catalogue } = defaultCatalogue;
  const installed = ['mlflow', 'retired'];
  const idsOf = (components: string[]) =>
    planProvision({ ...specOf('default'), components }, 2, 'x', catalogue, { installed }).steps.map(
      ({ id }) => id,
    );
  expect(idsOf(['mlflow', 'retired']).filter((id) => id.includes('retired'))).toEqual([]);
  expect(idsOf(['mlflow'])).toContain('remove-retired');
});

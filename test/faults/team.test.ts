import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AZURE_ROLES } from '../../lib/domain/azure-roles.ts';
import type { Person } from '../../lib/domain/principal.ts';
import { arm } from '../helpers/azure.ts';
import { matcha } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { personOf } from '../../lib/domain/principal.ts';
import { PEOPLE } from '../../local/people.ts';
import { OWNER, outsideOf } from '../helpers/people.ts';

const LIN = personOf(PEOPLE.lin);
const KIM = personOf(PEOPLE.kim);
const guid = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
const PIPELINES = '/apis/batch/v1/namespaces/matcha-pipelines/jobs';
const STACK = { location: 'uksouth', components: ['registry', 'dvc', 'zenml'] };
/** Azure takes minutes to honor a role. */
const settled = { timeout: 20_000, interval: 50 };

let plane: TestPlane;
let outside: ReturnType<typeof outsideOf>;

beforeAll(async () => {
  plane = await startPlane();
  outside = outsideOf(plane);
  await plane.provision('demo', STACK);
});
beforeEach(() => {
  plane.azure.directory.isReadable = true;
});
afterAll(() => plane.close());

interface Assignment {
  name: string;
  properties: { principalId: string; principalType: string; roleDefinitionId: string; scope: string };
}

const nameOfRole = (id: string) =>
  Object.entries(AZURE_ROLES).find(([, role]) => id.endsWith(role.id))?.[0] ?? 'another';

/** The roles of a person, as `role @ end of its scope`. */
async function rolesOf({ id }: Pick<Person, 'id'>): Promise<string[]> {
  const path = `/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=principalId eq '${id}'`;
  const { value } = await arm<{ value: Assignment[] }>(plane.azure, 'GET', path);
  return value
    .map(({ properties: { roleDefinitionId, scope } }) => {
      const end = scope
        .split('/')
        .slice(-2)
        .join('/')
        .replace(/(demo(st|acr))\w+/, '$1');
      return `${nameOfRole(roleDefinitionId)} @ ${end}`;
    })
    .sort();
}

/** Assigns a role independently of Matcha. */
const assign = (name: string, principalId: string, role: string, scope: string) =>
  arm(plane.azure, 'PUT', `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`, {
    properties: {
      roleDefinitionId: `/subscriptions/${plane.azure.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      principalId,
      principalType: 'User',
    },
  }); // prettier-ignore

const ALL_ROLES = [
  'AcrPush @ registries/demoacr',
  'Azure Kubernetes Service Cluster User Role @ managedClusters/demo-k8s',
  'Azure Kubernetes Service RBAC Writer @ namespaces/matcha-pipelines',
  'Storage Blob Data Contributor @ containers/dvc',
  'Storage Blob Data Contributor @ containers/zenml',
];

test('the owner uploads data and runs pipelines, and can do nothing else in the cluster', async () => {
  const { upload, kubernetes } = outside;
  expect(await rolesOf(OWNER)).toEqual(ALL_ROLES);
  await expect.poll(() => upload(OWNER, 'dvc'), settled).toBe(201);
  await expect.poll(() => upload(OWNER, 'zenml'), settled).toBe(201);
  await expect.poll(() => kubernetes(OWNER, 'GET', PIPELINES), settled).toBe(200);
  expect(await kubernetes(OWNER, 'GET', '/api/v1/namespaces/zenml/secrets')).toBe(403);
  expect(await kubernetes(OWNER, 'GET', '/apis/batch/v1/jobs')).toBe(403);
  const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/matcha-pipelines/rolebindings';
  expect(await kubernetes(OWNER, 'GET', roles)).toBe(403);
});

test('a stranger gets nothing', async () => {
  expect(await rolesOf(LIN)).toEqual([]);
  expect(await outside.upload(LIN, 'dvc')).toBe(403);
  expect(await outside.kubernetes(LIN, 'GET', PIPELINES)).toBe(403);
});

test('a member gets the same roles, and loses them without those that somebody else assigned', async () => {
  const run = matcha(plane.url);
  const group = '/resourceGroups/demo-resources';
  await assign(guid(1), LIN.id, 'acdd72a7-3385-48ef-bd42-f606fba81ae7', group);
  const registry = plane.azure.inventory().find((id) => /registries\/demoacr\w+$/i.test(id)) ?? '';
  const push = AZURE_ROLES.AcrPush.id;
  await assign(guid(2), LIN.id, push, registry.replace(/^\/subscriptions\/[^/]+/, ''));

  const added = await run('member', 'add', 'lin', '--stack', 'demo', '--yes');
  expect(added).toMatchObject({ code: 0, stderr: expect.stringMatching(/\+ member lin\n/) as string });
  expect(await rolesOf(LIN)).toEqual([...ALL_ROLES, 'another @ resourceGroups/demo-resources'].sort());
  await expect.poll(() => outside.upload(LIN, 'dvc'), settled).toBe(201);
  expect((await run('status', 'demo')).stdout).toMatch(/Owner .*; members lin/);
  expect((await run('list')).stdout).toContain(`${OWNER.name} +1`);
  expect((await run('member', 'list', 'demo')).stdout).toContain(`lin${' '.repeat(2)}`);
  expect(await run('plan', 'demo')).toMatchObject({ code: 0, stdout: 'No changes.\n' });
  // The whole list again, with another spelling.
  expect(await run('provision', 'demo', '--member', LIN.id.toUpperCase(), '--yes')).toMatchObject({
    stdout: 'No changes. demo is Ready as asked.\n',
  });

  const removed = await run('member', 'remove', 'lin', '--stack', 'demo', '--yes');
  expect(removed).toMatchObject({ code: 0, stderr: expect.stringMatching(/- member lin\n/) as string });
  expect(await rolesOf(LIN)).toEqual(['AcrPush @ registries/demoacr', 'another @ resourceGroups/demo-resources']);
  expect(await outside.upload(LIN, 'dvc')).toBe(403);
  expect(await rolesOf(OWNER)).toEqual(ALL_ROLES);
}); // prettier-ignore

test('somebody who is no user, and whom nobody but Azure knows, becomes a member by an object id', async () => {
  const job: Person = { id: guid(3), name: 'ci', type: 'ServicePrincipal' };
  plane.azure.directory.add(job);
  plane.azure.directory.isReadable = false;
  const { state } = await plane.provision('demo', { members: [job.id, OWNER.id] });
  expect(state).toBe('Succeeded');
  expect((await plane.stack('demo')).members).toEqual([{ id: job.id, name: job.id, type: 'User' }]);
  expect(await rolesOf(job)).toEqual(ALL_ROLES);
});

test('an account that was deleted is reported, and everybody else gets access', async () => {
  plane.azure.directory.remove(KIM.id);
  plane.azure.directory.isReadable = false;
  const operation = await plane.provision('demo', { members: [KIM.id, LIN.id] });
  expect(operation).toMatchObject({ state: 'Succeeded' });
  expect(await rolesOf(LIN)).toEqual(expect.arrayContaining(ALL_ROLES));
  const { phase, conditions } = await plane.stack('demo');
  expect(phase).toBe('Ready');
  expect(conditions).toContainEqual(
    expect.objectContaining({ type: 'TeamAccess', status: 'False', reason: 'PRINCIPAL_NOT_FOUND' }),
  );
  const failed = operation.steps.find(({ id }) => id === 'team');
  expect(failed?.problem).toMatchObject({
    message: expect.stringContaining(KIM.id) as string,
    remedies: [{ action: 'provisionStack', arguments: { name: 'demo', members: [LIN.id] } }],
  });
  expect((await matcha(plane.url)('status', 'demo')).stdout).toMatch(/Team +✖ PRINCIPAL_NOT_FOUND/);

  await plane.provision('demo', { members: null });
  expect((await plane.stack('demo')).conditions.map(({ type }) => type)).not.toContain('TeamAccess');
  expect(await rolesOf({ id: guid(3) })).toEqual([]);
  plane.azure.directory.add(KIM);
});

test('kept data keeps no role that Matcha gave people', async () => {
  await plane.provision('demo', { members: ['kim'] });
  const { body } = await plane.api('DELETE', '/stacks/demo?keepData=true');
  expect(await plane.ended((body as { id: string }).id)).toMatchObject({ state: 'Succeeded' });
  expect(await rolesOf(KIM)).toEqual([]);
  expect(await rolesOf(OWNER)).toEqual([]);
  expect(await rolesOf(LIN)).toEqual(['another @ resourceGroups/demo-resources']);
});

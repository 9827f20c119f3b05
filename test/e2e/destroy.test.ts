import { afterEach, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { StackView } from '../../lib/api/stack.ts';
import type { Inventory } from '../../lib/domain/status.ts';
import type { Exchange } from '../../local/trace.ts';
import { arm } from '../helpers/azure.ts';
import { matcha } from '../helpers/cli.ts';
import { remedyText } from '../helpers/remedies.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

const request = { location: 'uksouth', preset: 'llm' };
const GROUP = '/resourceGroups/demo-resources';
const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/demo-mlflow?api-version=2024-11-30`;
const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const guid = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;

let plane: TestPlane;
afterEach(() => plane.close());

async function destroy(name: string, query = ''): Promise<OperationView> {
  const { status, body } = await plane.api('DELETE', `/stacks/${name}${query}`);
  if (status !== 202) throw new Error(`destroy ${name}: ${status} ${JSON.stringify(body)}`);
  return plane.ended((body as OperationView).id);
}

/** Assigns a role independently of Matcha. Returns the id of the assignment. */
async function assign(scope: string, principalId: string, name: string): Promise<string> {
  const roleDefinitionId = `/subscriptions/${plane.azure.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${CONTRIBUTOR}`;
  const properties = { roleDefinitionId, principalId, principalType: 'ServicePrincipal' };
  const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`;
  return (await arm<{ id: string }>(plane.azure, 'PUT', path, { properties })).id;
}

const principalOfMlflow = async () =>
  (await arm<{ properties: { principalId: string } }>(plane.azure, 'GET', IDENTITY)).properties.principalId;

const lockPath = (scope: string) =>
  `${scope}/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01`;
const lock = (scope: string) =>
  arm(plane.azure, 'PUT', lockPath(scope), { properties: { level: 'CanNotDelete' } });

test('the receipt lists every resource of the provision as deleted', async () => {
  const exchanges: Exchange[] = [];
  plane = await startPlane({ trace: (exchange) => void exchanges.push(exchange) });
  await plane.provision('demo', request);
  const made = exchanges
    .filter(({ target, method, status }) => target === 'arm' && method === 'PUT' && status < 300)
    .map(({ url }) => new URL(url).pathname.replace(/^\/+/, '/').toLowerCase())
    // The blob service is part of the account and cannot be deleted separately.
    .filter((path) => !path.endsWith('/blobservices/default'));
  expect(made.length).toBeGreaterThan(10);

  const destroyed = await destroy('demo');
  expect(destroyed).toMatchObject({ state: 'Succeeded', receipt: { left: [], kept: [] } });
  const gone = destroyed.receipt?.gone.map((id) => id.toLowerCase()) ?? [];
  expect(gone).toEqual(expect.arrayContaining(made));
  expect(destroyed.receipt?.restorable).toEqual([expect.stringMatching(/deletedAccounts\/demost/)]);
  expect(plane.azure.inventory()).toEqual([]);
  // A second destroy reads the inventory of Azure again.
  expect(await destroy('demo')).toMatchObject({ state: 'Succeeded', receipt: { found: [], left: [] } });
});

test('destroy deletes roles and tagged resources in other groups, but no foreign resources', async () => {
  plane = await startPlane();
  await plane.provision('demo', request);
  const { azure } = plane;
  const tags = { 'matcha-stack': 'demo' };
  await arm(azure, 'PUT', '/resourceGroups/shared?api-version=2025-04-01', { location: 'uksouth' });
  const shared = '/resourceGroups/shared/providers/Microsoft.ManagedIdentity/userAssignedIdentities';
  const tagged = await arm<{ id: string }>(azure, 'PUT', `${shared}/moved?api-version=2024-11-30`, {
    location: 'uksouth',
    tags,
  });
  await arm(azure, 'PUT', `${shared}/other?api-version=2024-11-30`, { location: 'uksouth' });
  const outside = await assign('/resourceGroups/shared', await principalOfMlflow(), guid(1));
  const others = await assign('/resourceGroups/shared', guid(8), guid(2));

  const { receipt } = await destroy('demo');
  expect(receipt?.gone).toEqual(expect.arrayContaining([tagged.id, outside]));
  const base = `/subscriptions/${azure.subscriptionId}`;
  expect(azure.inventory().sort()).toEqual(
    [`${base}/resourceGroups/shared`, `${base}${shared}/other`, others].sort(),
  );
});

test('a foreign group with the name of the stack is not deleted', async () => {
  plane = await startPlane();
  await arm(plane.azure, 'PUT', `${GROUP}?api-version=2025-04-01`, { location: 'uksouth' });
  expect((await plane.provision('demo', request)).problem?.code).toBe('FOREIGN_RESOURCE');
  expect(await destroy('demo')).toMatchObject({ state: 'Succeeded', receipt: { found: [] } });
  expect(plane.azure.inventory()).toHaveLength(1);
});

test('keepData keeps a tagged account, which the next provision reuses and the next destroy deletes', async () => {
  plane = await startPlane();
  await plane.provision('demo', request);
  await assign(GROUP, guid(8), guid(2)); // a foreign role on the data
  const preview = (await plane.api('GET', '/stacks/demo/inventory?keepData=true')).body as Inventory;
  const kept = await destroy('demo', '?keepData=true');
  expect(kept).toMatchObject({ state: 'Succeeded', receipt: { left: [] } });
  const { receipt } = kept;
  expect(receipt?.kept.sort()).toEqual(preview.kept.sort());
  expect(receipt?.gone.sort()).toEqual(preview.present.sort());
  const what = plane.azure.inventory().filter((id) => !id.endsWith('/blobServices/default'));
  expect(what.sort()).toEqual(receipt?.kept);
  expect(what.map((id) => id.split('/').at(-2)).sort()).toEqual(
    ['containers', 'containers', 'containers', 'resourceGroups', 'roleAssignments', 'storageAccounts'].sort(),
  );
  const group = () => arm<{ tags: object }>(plane.azure, 'GET', `${GROUP}?api-version=2025-04-01`);
  expect((await group()).tags).toHaveProperty('matcha-kept', expect.stringMatching(/^\d{4}-\d\d-\d\d$/));
  const { stacks } = (await plane.api('GET', '/stacks')).body as { stacks: StackView[] };
  expect(stacks).toMatchObject([{ name: 'demo', phase: 'Destroyed' }]);
  expect(stacks[0]?.kept?.toSorted()).toEqual(receipt?.kept);

  const moved = await plane.api('PUT', '/stacks/demo', { ...request, location: 'northeurope' });
  expect(moved.body).toMatchObject({ code: 'IMMUTABLE_FIELD' });
  expect(await plane.provision('demo', request)).toMatchObject({ state: 'Succeeded' });
  expect(plane.azure.inventory().filter((id) => /storageAccounts\/[^/]+$/.test(id))).toHaveLength(1);
  expect((await group()).tags).not.toHaveProperty('matcha-kept');
  const account = receipt?.kept.find((id) => /storageAccounts\/[^/]+$/.test(id)) ?? '';
  const path = account.slice(account.indexOf('/resourceGroups'));
  const { tags } = await arm<{ tags: object }>(plane.azure, 'GET', `${path}?api-version=2026-09-01`);
  expect(tags).not.toHaveProperty('matcha-kept');

  await destroy('demo', '?keepData=true');
  expect(await destroy('demo')).toMatchObject({ state: 'Succeeded', receipt: { left: [], kept: [] } });
  expect(plane.azure.inventory()).toEqual([]);
});

test('a lock fails the operation with a remedy before anything is deleted', async () => {
  plane = await startPlane();
  await plane.provision('demo', { location: 'uksouth', components: ['registry'] });
  await lock(GROUP);
  const before = plane.azure.inventory();
  const refused = await destroy('demo');
  expect(refused).toMatchObject({ state: 'Failed', problem: { code: 'RESOURCE_LOCKED' } });
  expect(refused.problem?.cause).toContain(
    `keep (CanNotDelete) at /subscriptions/${plane.azure.subscriptionId}${GROUP}`,
  );
  expect(remedyText(refused.problem?.remedies)).toMatch(
    /az lock delete --ids \/subscriptions\/\S+\/locks\/keep/,
  );
  expect(refused.receipt?.left).toEqual(refused.receipt?.found);
  expect(plane.azure.inventory()).toEqual(before);
  await arm(plane.azure, 'DELETE', lockPath(GROUP));
  expect(await destroy('demo')).toMatchObject({ state: 'Succeeded', receipt: { left: [] } });
});

test('the remedy names a policy that denies a deletion', async () => {
  plane = await startPlane();
  await plane.provision('demo', { location: 'uksouth', components: ['registry'] });
  plane.azure.denyDelete({ policy: 'keep-registries', resource: /\/registries\// });
  const refused = await destroy('demo');
  expect(refused).toMatchObject({ state: 'Failed', problem: { code: 'POLICY_DENIED' } });
  expect(remedyText(refused.problem?.remedies)).toMatch(/keep-registries.*repeatOperation/);
  expect(refused.receipt?.left).toContainEqual(expect.stringMatching(/registries\/demoacr/));
});

test('a resource that survives its deletion is reported by the receipt, the problem and the command', async () => {
  plane = await startPlane({ speed: 3000 });
  await plane.provision('demo', { location: 'uksouth', components: ['registry'] });
  plane.azure.injectFault({
    resource: /registries\/demoacr/,
    verb: 'delete',
    hasNoEffect: true,
    times: Number.POSITIVE_INFINITY,
  });
  const failed = await destroy('demo');
  expect(failed).toMatchObject({ state: 'Failed', problem: { code: 'RESOURCES_LEFT' } });
  expect(failed.problem?.cause).toMatch(/registries\/demoacr/);
  const left = failed.receipt?.left.filter((id) => !id.includes('roleAssignments'));
  expect(left).toEqual([
    expect.stringMatching(/demo-resources$/),
    expect.stringMatching(/registries\/demoacr/),
  ]);
  expect(failed.receipt?.gone.length).toBeGreaterThan(2);
  const run = matcha(plane.url);
  expect((await run('events', 'demo', '--receipt')).stdout).toMatch(/✖ container registry demoacr\S* +left/);
});

test('a receipt can have more than a hundred resources', async () => {
  plane = await startPlane();
  await plane.provision('demo', { location: 'uksouth', components: ['registry'] });
  const type = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities';
  const names = Array.from({ length: 150 }, (_, index) => `identity-${String(index)}`);
  const make = (name: string) =>
    arm(plane.azure, 'PUT', `${GROUP}/${type}/${name}?api-version=2024-11-30`, { location: 'uksouth' });
  await Promise.all(names.map(make));
  const { state, receipt } = await destroy('demo');
  expect(state).toBe('Succeeded');
  expect(receipt?.gone.filter((id) => /identity-\d+$/.test(id))).toHaveLength(150);
});

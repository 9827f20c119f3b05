import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { arm } from '../helpers/azure.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;

const GROUP = '/resourceGroups/demo-resources/providers';

beforeAll(async () => {
  plane = await startPlane({ speed: 200 });
  await provisioned();
});
afterAll(() => plane.close());

/** Provisions the stack, and returns the verification that begins by itself. */
async function provisioned(): Promise<OperationView> {
  await plane.provision('demo', { location: 'uksouth', preset: 'default' });
  const id = await vi.waitUntil(
    async () => {
      const { operation, activeOperation } = await plane.stack('demo');
      return operation?.kind === 'verify' ? activeOperation : undefined;
    },
    { timeout: 10_000, interval: 10 },
  );
  return plane.ended(id);
}

async function verify(): Promise<OperationView> {
  const { status, body } = await plane.api('POST', '/stacks/demo/verify');
  expect(status).toBe(202);
  return plane.ended((body as OperationView).id);
}

const identity = (component: string) =>
  `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/demo-${component}`;

/** Removes the roles of a component's identity, as a person in the portal could. */
async function removeRoles(component: string): Promise<void> {
  const { properties } = await arm<{ properties: { principalId: string } }>(
    plane.azure,
    'GET',
    `${identity(component)}?api-version=2024-11-30`,
  );
  const list = `${GROUP}/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=`;
  const { value } = await arm<{ value: { id: string }[] }>(
    plane.azure,
    'GET',
    list + encodeURIComponent(`principalId eq '${properties.principalId}'`),
  );
  for (const { id } of value)
    await arm(
      plane.azure,
      'DELETE',
      `${id.slice(`/subscriptions/${plane.azure.subscriptionId}`.length)}?api-version=2022-04-01`,
    );
}

async function removeFederations(component: string): Promise<void> {
  const all = `${identity(component)}/federatedIdentityCredentials`;
  const { value } = await arm<{ value: { name: string }[] }>(
    plane.azure,
    'GET',
    `${all}?api-version=2024-11-30`,
  );
  for (const { name } of value) await arm(plane.azure, 'DELETE', `${all}/${name}?api-version=2024-11-30`);
}

test('a pipeline without a role on the storage fails with the reason, and works again while its role is new', async () => {
  await removeRoles('zenml');
  const operation = await verify();
  expect(operation).toMatchObject({
    state: 'PartiallySucceeded',
    problem: {
      code: 'PIPELINE_FAILED',
      cause: expect.stringContaining('AuthorizationPermissionMismatch') as string,
    },
  });
  const again = await provisioned();
  expect(again.problem).toBeUndefined();
  const { startedAt = '', finishedAt = '' } = again.steps[0] ?? {};
  // Two minutes are usual.
  expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBeGreaterThan(4 * 60_000);
});

test('a model whose server may not read the storage is not served, with the reason', async () => {
  await removeRoles('seldon');
  const operation = await verify();
  expect(operation).toMatchObject({
    state: 'PartiallySucceeded',
    problem: {
      code: 'MODEL_NOT_SERVED',
      cause: expect.stringMatching(/^CrashLoopBackOff: .*AuthorizationPermissionMismatch/) as string,
    },
  });
  const again = await provisioned();
  expect(again.problem).toBeUndefined();
});

test('a model whose service account is not federated is not served, with the reason', async () => {
  await removeFederations('seldon');
  expect((await verify()).problem).toMatchObject({
    code: 'MODEL_NOT_SERVED',
    cause: expect.stringContaining('AADSTS700213') as string,
  });
});

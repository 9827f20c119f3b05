import { expect, test } from 'vitest';
import { AKS_AUDIENCE, issueToken } from '../../../local/azure/index.ts';
import { AZURE_ROLES, delegationCondition } from '../../../lib/domain/azure-roles.ts';
import { sleep } from '../../../local/clock.ts';
import { PEOPLE } from '../../../local/people.ts';
import { arm } from '../../helpers/azure.ts';
import { cluster, finish, LOCATION, start } from './harness.ts';

const GROUP = 'demo-resources';
const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const CLUSTER_ADMIN = 'b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b';
const guid = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;

async function startWithIdentity(options: Parameters<typeof start>[0] = {}) {
  const simulation = await start(options);
  await simulation.groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  const identity = await simulation.identities.userAssignedIdentities.createOrUpdate(GROUP, 'demo-mlflow', {
    location: LOCATION,
  });
  const subscription = `/subscriptions/${simulation.azure.subscriptionId}`;
  const grant = (role: string, principalId = identity.principalId ?? '') => ({
    roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    principalId,
    principalType: 'ServicePrincipal',
  });
  return { ...simulation, identity, grant, subscription, group: `${subscription}/resourceGroups/${GROUP}` };
}

test('an update of an identity keeps its principal, and a recreated identity has a new one', async () => {
  const { identities, identity } = await startWithIdentity();
  const again = await identities.userAssignedIdentities.createOrUpdate(GROUP, 'demo-mlflow', {
    location: LOCATION,
  });
  expect(again.principalId).toBe(identity.principalId);
  await identities.userAssignedIdentities.delete(GROUP, 'demo-mlflow');
  await identities.userAssignedIdentities.delete(GROUP, 'demo-mlflow');
  const recreated = await identities.userAssignedIdentities.createOrUpdate(GROUP, 'demo-mlflow', {
    location: LOCATION,
  });
  expect(recreated.principalId).not.toBe(identity.principalId);
});

test('an identity allows one write of a federated credential at a time, and at most twenty credentials', async () => {
  const { identities } = await startWithIdentity({ speed: 100 });
  const write = (name: string, subject = name) =>
    identities.federatedIdentityCredentials.createOrUpdate(GROUP, 'demo-mlflow', name, {
      issuer: 'https://issuer.example/',
      subject: `system:serviceaccount:mlflow:${subject}`,
      audiences: ['api://AzureADTokenExchange'],
    });
  const results = await Promise.allSettled([write('first'), write('second')]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { statusCode: 409, code: 'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity' },
  });
  await write('first');
  await write('second');
  await expect(write('another', 'first')).rejects.toMatchObject({
    message: 'Issuer and subject combination already exists for this Managed Identity.',
  });
  for (let index = 3; index <= 20; index++) await write(`number-${String(index)}`);
  await expect(write('number-21')).rejects.toMatchObject({ statusCode: 400 });
  await identities.federatedIdentityCredentials.delete(GROUP, 'demo-mlflow', 'second');
  await write('number-21');
});

test('a role assignment is idempotent by name and unique by role, principal and scope', async () => {
  const { roles, grant, group, subscription } = await startWithIdentity();
  const created = await roles.roleAssignments.create(group, guid(1), grant(CONTRIBUTOR));
  const again = await roles.roleAssignments.create(group, guid(1), grant(CONTRIBUTOR));
  expect(again.createdOn).toEqual(created.createdOn);
  await expect(roles.roleAssignments.create(group, guid(2), grant(CONTRIBUTOR))).rejects.toMatchObject({
    statusCode: 409,
    code: 'RoleAssignmentExists',
    message: `The role assignment already exists. The ID of the existing role assignment is ${guid(1).replaceAll('-', '')}.`,
  });
  await expect(roles.roleAssignments.create(group, guid(1), grant(CLUSTER_ADMIN))).rejects.toMatchObject({
    code: 'RoleAssignmentUpdateNotPermitted',
  });
  await expect(roles.roleAssignments.create(group, guid(3), grant(guid(9)))).rejects.toMatchObject({
    code: 'RoleDefinitionDoesNotExist',
  });
  await expect(
    roles.roleAssignments.create(
      `${group}/providers/Microsoft.Storage/storageAccounts/missing`,
      guid(3),
      grant(CONTRIBUTOR),
    ),
  ).rejects.toMatchObject({ statusCode: 404, code: 'ResourceNotFound' });

  const found = async (scope: string, filter?: string) => {
    const names: (string | undefined)[] = [];
    for await (const { name } of roles.roleAssignments.listForScope(
      scope,
      filter === undefined ? {} : { filter },
    ))
      names.push(name);
    return names;
  };
  expect(await found(subscription)).toEqual([guid(1)]);
  expect(await found(subscription, 'atScope()')).toEqual([]);
  expect(await found(group, `assignedTo('${grant(CONTRIBUTOR).principalId}')`)).toEqual([guid(1)]);
  expect(await found(group, `principalId eq '${guid(8)}'`)).toEqual([]);

  expect((await roles.roleAssignments.delete(group, guid(1))).name).toBe(guid(1));
  await roles.roleAssignments.delete(group, guid(1));
  expect(await found(group)).toEqual([]);
});

test('a new principal without a principalType is not found before its replication', async () => {
  const { clock, roles, grant, group } = await startWithIdentity({ speed: 200 });
  const { roleDefinitionId, principalId } = grant(CONTRIBUTOR);
  const untyped = { roleDefinitionId, principalId };
  await expect(roles.roleAssignments.create(group, guid(1), untyped)).rejects.toMatchObject({
    statusCode: 400,
    code: 'PrincipalNotFound',
  });
  await sleep(clock, 30_000);
  await roles.roleAssignments.create(group, guid(1), untyped);
});

test('a principal has the type that an assignment says, and a user is in the directory', async () => {
  const { azure, clock, roles, grant, group } = await startWithIdentity({ speed: 200 });
  const ada = azure.directory.find('5a1ad000-0000-4000-8000-0000000000a1');
  const user = { ...grant(CONTRIBUTOR, ada?.id), principalType: 'User' };
  await roles.roleAssignments.create(group, guid(1), user);
  const wrong = { statusCode: 400, code: 'UnmatchedPrincipalType' };
  await expect(
    roles.roleAssignments.create(group, guid(2), { ...user, principalType: 'ServicePrincipal' }),
  ).rejects.toMatchObject(wrong);
  await sleep(clock, 30_000);
  await expect(
    roles.roleAssignments.create(group, guid(3), { ...grant(CONTRIBUTOR), principalType: 'User' }),
  ).rejects.toMatchObject(wrong);
  await expect(
    roles.roleAssignments.create(group, guid(4), { ...user, principalId: guid(4) }),
  ).rejects.toMatchObject({ statusCode: 400, code: 'PrincipalNotFound' });
});

test('the condition of a role limits what its holder may assign and remove', async () => {
  const { azure, roles, grant, group } = await startWithIdentity({ delegation: delegationCondition() });
  const refused = { statusCode: 403, code: 'AuthorizationFailed' };
  await expect(roles.roleAssignments.create(group, guid(1), grant(CONTRIBUTOR))).rejects.toMatchObject(
    refused,
  );
  const owner = PEOPLE.developer;
  const admin = { ...grant(CLUSTER_ADMIN, owner.id), principalType: 'User' };
  await expect(roles.roleAssignments.create(group, guid(1), admin)).rejects.toMatchObject(refused);
  const writer = { ...grant(AZURE_ROLES.AcrPush.id, owner.id), principalType: 'User' };
  await roles.roleAssignments.create(group, guid(1), writer);
  await roles.roleAssignments.delete(group, guid(1));
  const path = `/resourceGroups/${GROUP}/providers/Microsoft.Authorization/roleAssignments/${guid(2)}?api-version=2022-04-01`;
  await arm(azure, 'PUT', path, { properties: { ...grant(CONTRIBUTOR, owner.id), principalType: 'User' } });
  await expect(roles.roleAssignments.delete(group, guid(2))).rejects.toMatchObject(refused);
});

test('a role at a namespace of a cluster counts there only', async () => {
  const { aks, azure, clock, roles, grant, group } = await startWithIdentity({ speed: 200 });
  const created = await finish(clock, aks.managedClusters.createOrUpdate(GROUP, 'demo-k8s', cluster()));
  const id = created?.id ?? '';
  const owner = PEOPLE.developer;
  const writer = { ...grant(AZURE_ROLES['Azure Kubernetes Service RBAC Writer'].id, owner.id), principalType: 'User' };
  await roles.roleAssignments.create(`${id}/namespaces/own`, guid(1), writer);
  await sleep(clock, 60_000);
  const { token } = issueToken({ oid: owner.id, tid: azure.tenantId, aud: AKS_AUDIENCE });
  const may = (namespace: string, resource: string) => azure.authorizeCluster(id, token, { namespace, resource });
  expect(may('own', 'jobs.batch')).toBe('allowed');
  expect(may('own', 'rolebindings.rbac.authorization.k8s.io')).toBe('forbidden');
  expect(may('other', 'jobs.batch')).toBe('forbidden');
  expect(azure.authorizeCluster(id, token)).toBe('forbidden');
  await expect(
    roles.roleAssignments.create(`${group}/providers/Microsoft.ContainerService/managedClusters/no/namespaces/own`, guid(2), writer),
  ).rejects.toMatchObject({ statusCode: 404 });
}); // prettier-ignore

test('a role authorizes its principal in the cluster after the propagation delay', async () => {
  const { aks, azure, clock, roles, grant, group } = await startWithIdentity({ speed: 200 });
  const created = await finish(clock, aks.managedClusters.createOrUpdate(GROUP, 'demo-k8s', cluster()));
  const id = created?.id ?? '';
  const token = (await azure.credential.getToken(`${AKS_AUDIENCE}/.default`))?.token;
  expect(azure.authorizeCluster(id, undefined)).toBe('unauthenticated');
  expect(
    azure.authorizeCluster(
      id,
      (await azure.credential.getToken('https://management.azure.com/.default'))?.token,
    ),
  ).toBe('unauthenticated');
  expect(azure.authorizeCluster(id, token)).toBe('forbidden');

  await roles.roleAssignments.create(group, guid(1), grant(CLUSTER_ADMIN, azure.principalId));
  expect(azure.authorizeCluster(id, token)).toBe('forbidden');
  await sleep(clock, 60_000);
  expect(azure.authorizeCluster(id, token)).toBe('allowed');
  const otherToken = issueToken({ oid: guid(7), tid: azure.tenantId, aud: AKS_AUDIENCE }).token;
  expect(azure.authorizeCluster(id, otherToken)).toBe('forbidden');
  await roles.roleAssignments.delete(group, guid(1));
  expect(azure.authorizeCluster(id, token)).toBe('forbidden');
});

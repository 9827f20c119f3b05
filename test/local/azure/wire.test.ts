import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { expect, test } from 'vitest';
import { issueToken } from '../../../local/azure/index.ts';
import type { SimulatedAzure } from '../../../local/azure/index.ts';
import { createFaults } from '../../../local/faults.ts';
import { traceTo } from '../../../local/trace.ts';
import { account, cluster, finish, LOCATION, start } from './harness.ts';

const GROUP = 'demo-resources';

interface Init {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  audience?: string;
}

/** Sends a request without an SDK. */
async function request(azure: SimulatedAzure, path: string, init: Init = {}) {
  const { audience = 'https://management.azure.com', headers, ...rest } = init;
  const { token } = issueToken({ oid: azure.principalId, tid: azure.tenantId, aud: audience });
  const url = azure.url + path.replace('{s}', `/subscriptions/${azure.subscriptionId}`);
  const response = await fetch(url, { ...rest, headers: { authorization: `Bearer ${token}`, ...headers } });
  const body = (await response.json()) as { error?: { code: string }; value?: unknown[] };
  return { status: response.status, code: body.error?.code, headers: response.headers, body };
}

test.each([
  ['{s}/resourceGroups/x', 400, 'MissingApiVersionParameter'],
  ['{s}/resourceGroups/x?api-version=2001-01-01', 400, 'InvalidApiVersionParameter'],
  ['{s}/resourceGroups/x?api-version=2025-04-01', 404, 'ResourceGroupNotFound'],
  ['//subscriptions/other/resourceGroups/x?api-version=2025-04-01', 404, 'SubscriptionNotFound'],
  ['/tenants?api-version=2025-04-01', 404, 'MissingSubscription'],
  ['{s}/providers/Microsoft.Nothing?api-version=2025-04-01', 404, 'InvalidResourceNamespace'],
  ['{s}/providers/Microsoft.Nothing/things?api-version=2025-04-01', 404, 'InvalidResourceType'],
  [
    '{s}/providers/Microsoft.Storage/storageAccounts?api-version=2001-01-01',
    400,
    'NoRegisteredProviderFound',
  ],
  ['{s}/operationresults/none?api-version=2025-04-01', 404, 'NotFound'],
])('GET %s returns %i %s', async (path, status, code) => {
  const { azure } = await start();
  const response = await request(azure, path);
  expect(response).toMatchObject({ status, code });
  expect(response.headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('a request needs a token for Resource Manager', async () => {
  const { azure } = await start();
  const path = '{s}/resourceGroups?api-version=2025-04-01';
  expect(await request(azure, path, { headers: { authorization: '' } })).toMatchObject({
    status: 401,
    code: 'AuthenticationFailed',
  });
  expect(await request(azure, path, { headers: { authorization: 'Bearer x.y.z' } })).toMatchObject({
    code: 'InvalidAuthenticationToken',
  });
  expect(await request(azure, path, { audience: 'https://storage.azure.com' })).toMatchObject({
    status: 401,
    code: 'InvalidAuthenticationTokenAudience',
  });
});

test('a body that is not JSON is rejected', async () => {
  const { azure } = await start();
  const path = '{s}/resourceGroups/x?api-version=2025-04-01';
  expect(await request(azure, path, { method: 'PUT', body: '{' })).toMatchObject({
    status: 400,
    code: 'InvalidRequestContent',
  });
});

test('ids are case-insensitive', async () => {
  const { groups } = await start();
  await groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  expect((await groups.resourceGroups.get(GROUP.toUpperCase())).name).toBe(GROUP);
});

test('a poll of an operation in progress has a Retry-After header', async () => {
  const { aks, azure, groups } = await start({ speed: 100 });
  await groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  const poller = aks.managedClusters.createOrUpdate(GROUP, 'demo-k8s', cluster());
  await poller.submitted();
  await poller.poll();
  expect(poller.operationState?.status).toBe('running');
  const { state } = JSON.parse(await poller.serialize()) as {
    state: { config: { operationLocation: string } };
  };
  const { pathname, search } = new URL(state.config.operationLocation);
  const { status, headers } = await request(azure, pathname + search);
  expect([status, headers.get('retry-after')]).toEqual([200, '10']);
});

test('the transport sends requests only to the simulator', async () => {
  const { azure } = await start();
  const outside = createPipelineRequest({ url: 'https://example.com/' });
  await expect(azure.httpClient.sendRequest(outside)).rejects.toThrow('cannot send a request to example.com');
});

test('a fault replaces the response, or loses the response after the effect', async () => {
  const faults = createFaults();
  const { azure, groups } = await start({ faults });
  faults.add({
    target: 'arm',
    method: 'PUT',
    path: /resourceGroups\/demo/,
    respond: { status: 403, body: { error: { code: 'RequestDisallowedByPolicy', message: 'Not here.' } } },
  });
  const create = () => groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  await expect(create()).rejects.toMatchObject({ statusCode: 403, code: 'RequestDisallowedByPolicy' });
  expect(azure.inventory()).toEqual([]);

  faults.add({ target: 'arm', method: 'PUT', path: /resourceGroups\/demo/, loseResponse: true });
  await expect(create()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(azure.inventory()).toEqual([`/subscriptions/${azure.subscriptionId}/resourceGroups/${GROUP}`]);
  await create();
});

test('the trace has every exchange with its real URL and no secrets', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'trace-')), 'trace.ndjson');
  const { aks, clock, groups, storage } = await start({ trace: traceTo(file) });
  await groups.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
  await finish(clock, storage.storageAccounts.create(GROUP, 'demostorage1', account()));
  await finish(
    clock,
    aks.managedClusters.createOrUpdate(GROUP, 'demo-k8s', cluster({ disableLocalAccounts: false })),
  );
  const { keys = [] } = await storage.storageAccounts.listKeys(GROUP, 'demostorage1');
  const { kubeconfigs = [] } = await aks.managedClusters.listClusterAdminCredentials(GROUP, 'demo-k8s');
  const secrets = [
    ...keys.map(({ value }) => value ?? ''),
    Buffer.from(kubeconfigs[0]?.value ?? []).toString('base64'),
  ];
  expect(secrets.filter((secret) => secret.length > 40)).toHaveLength(3);

  const content = readFileSync(file, 'utf8');
  for (const secret of secrets) expect(content).not.toContain(secret);
  const exchanges = content
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { method: string; url: string });
  expect(exchanges[0]).toMatchObject({
    target: 'arm',
    method: 'PUT',
    status: 201,
    requestBody: { location: LOCATION },
    url: expect.stringMatching(
      /^https:\/\/management\.azure\.com\/subscriptions\/.*\/resourcegroups\/demo-resources\?api-version=2025-04-01$/i,
    ) as string,
  });
  expect(exchanges.filter(({ url }) => url.includes('/listKeys'))).toHaveLength(1);
});

test('regions and the usage of the vCPU quota can be listed', async () => {
  const { azure } = await start({ settings: { vCpuQuota: { uksouth: { cores: 20 } } } });
  const read = async (path: string) => (await request(azure, path)).body.value ?? [];
  expect(await read('{s}/locations?api-version=2022-12-01')).toContainEqual(
    expect.objectContaining({ name: 'uksouth', displayName: 'UK South' }),
  );
  const usages = await read(
    '{s}/providers/Microsoft.Compute/locations/uksouth/usages?api-version=2024-11-01',
  );
  expect(usages[0]).toMatchObject({ currentValue: 0, limit: 20, name: { value: 'cores' } });
});

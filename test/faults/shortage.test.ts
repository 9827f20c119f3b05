import { ContainerServiceClient } from '@azure/arm-containerservice';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { StackDetail } from '../../lib/api/stack.ts';
import type { Exchange } from '../../local/trace.ts';
import { matcha } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

const FIRST = 'Standard_D4s_v5';
const SECOND = 'Standard_D4as_v5';
const THIRD = 'Standard_D4ds_v5';
const NO_CAPACITY = { code: 'AllocationFailed', message: 'Allocation failed. No capacity.' };

let plane: TestPlane;
let aks: ContainerServiceClient;
const exchanges: Exchange[] = [];

beforeAll(async () => {
  plane = await startPlane({ trace: (exchange) => void exchanges.push(exchange) });
  const { credential, subscriptionId, httpClient } = plane.azure;
  aks = new ContainerServiceClient(credential, subscriptionId, { httpClient });
});
afterAll(() => plane.close());

const request = (location: string, onShortage: object) => ({
  location,
  components: ['mlflow'],
  cluster: { nodeSize: FIRST, onShortage },
});
const fallback = (...nodeSizes: string[]) => ({ do: 'fallback', nodeSizes });

const lacking = (stack: string, times = 1) =>
  plane.azure.injectFault({
    resource: new RegExp(`managedclusters/${stack}-k8s$`),
    verb: 'create',
    failure: NO_CAPACITY,
    times,
  });

const sizesOf = async (stack: string) =>
  (await aks.managedClusters.get(`${stack}-resources`, `${stack}-k8s`)).agentPoolProfiles?.map(
    ({ vmSize }) => vmSize,
  );
const detailOf = ({ steps }: Pick<OperationView, 'steps'>) =>
  steps.find(({ id }) => id === 'cluster')?.detail;

/** Waits until the detail of the cluster step matches. */
async function waitForDetail(stack: string, pattern: RegExp): Promise<StackDetail> {
  for (;;) {
    const found = await plane.stack(stack);
    if (found.operation?.state !== 'Running')
      throw new Error(`The operation has ended: ${JSON.stringify(found.problem)}`);
    if (pattern.test(detailOf(found.operation) ?? '')) return found;
    await setTimeout(20);
  }
}

/** The response statuses of PUT requests for the cluster. */
const asked = (stack: string): number[] =>
  exchanges
    .filter(({ method, url }) => method === 'PUT' && new URL(url).pathname.endsWith(`/${stack}-k8s`))
    .map(({ status }) => status);

test.concurrent('a stack polls for quota every ten minutes and continues when it is available', async () => {
  plane.azure.setQuota('westeurope', 'standardDSv5Family', 2);
  const body = request('westeurope', { do: 'wait', upTo: 'P3D' });
  const { id } = (await plane.api('PUT', '/stacks/patient', body)).body as OperationView;
  const { operation, phase } = await waitForDetail('patient', /^Waiting for quota/);
  expect(phase).toBe('Provisioning');
  const startedAt = operation?.steps.find((step) => step.id === 'cluster')?.startedAt ?? '';
  const givesUp = new Date(Date.parse(startedAt) + 3 * 86_400_000).toISOString();
  expect(detailOf(operation!)).toContain(`(gives up ${givesUp.slice(0, 16).replace('T', ' ')} UTC)`);
  expect((await matcha(plane.url)('status', 'patient')).stdout).toMatch(/Waiting for quota \(gives up/);

  const before = { asked: asked('patient').length, at: plane.clock.now() };
  while (asked('patient').length < before.asked + 2) await setTimeout(20);
  expect(plane.clock.now() - before.at).toBeGreaterThan(10 * 60_000);
  plane.azure.setQuota('westeurope', 'standardDSv5Family', 100);
  expect((await plane.ended(id)).state).toBe('Succeeded');
  expect(asked('patient').at(-1)).toBe(201);
});

test.concurrent('waiting for quota ends after its limit with the reason', async () => {
  plane.azure.setQuota('northeurope', 'standardDSv5Family', 2);
  const ended = await plane.provision('hasty', request('northeurope', { do: 'wait', upTo: 'PT25M' }));
  expect(ended).toMatchObject({ state: 'Failed', problem: { code: 'QUOTA_EXCEEDED' } });
  expect(ended.problem?.message).toMatch(/not enough vCPU quota\. Waited for it until .* UTC\.$/);
  expect(asked('hasty')).toHaveLength(4);
});

test.concurrent('a cluster that fails for lack of capacity is created again with the same size', async () => {
  lacking('steady', 2);
  const ended = await plane.provision('steady', request('uksouth', { do: 'wait', upTo: 'PT2H' }));
  expect(ended.state).toBe('Succeeded');
  expect(asked('steady')).toEqual([201, 200, 200]);
  expect(await sizesOf('steady')).toEqual([FIRST]);
});

test.concurrent('a fallback size is used if the first has no quota, and is kept', async () => {
  plane.azure.setQuota('francecentral', 'standardDSv5Family', 2);
  const body = request('francecentral', fallback(SECOND, THIRD));
  const ended = await plane.provision('flexible', body);
  expect(ended.state).toBe('Succeeded');
  expect(detailOf(ended)).toBe(`1-3 x ${SECOND}`);
  expect(await sizesOf('flexible')).toEqual([SECOND]);

  plane.azure.setQuota('francecentral', 'standardDSv5Family', 100);
  const before = asked('flexible').length;
  const changed = { ...body, lifetime: { protected: true } };
  expect(detailOf(await plane.provision('flexible', changed))).toBe(`1-3 x ${SECOND}`);
  expect(asked('flexible')).toHaveLength(before);
  expect(await sizesOf('flexible')).toEqual([SECOND]);

  const access = { kind: 'public', allowFrom: ['203.0.113.0/24'] };
  const resource = /managedclusters\/flexible-k8s$/;
  plane.azure.injectFault({ resource, verb: 'update', failure: { code: 'Broken', message: 'It broke.' } });
  expect((await plane.provision('flexible', { ...body, access })).state).toBe('Failed');
  expect((await plane.provision('flexible', { ...body, access })).state).toBe('Succeeded');
  expect(await sizesOf('flexible')).toEqual([SECOND]);
});

test.concurrent('a cluster that failed with the first size is deleted before the fallback', async () => {
  lacking('moving', 2);
  const body = request('uksouth', fallback(SECOND, THIRD));
  const { id } = (await plane.api('PUT', '/stacks/moving', body)).body as OperationView;
  await waitForDetail('moving', new RegExp(`^${SECOND}: Azure says: Deleting`));
  const ended = await plane.ended(id);
  expect(ended.state).toBe('Succeeded');
  expect(detailOf(ended)).toBe(`1-3 x ${THIRD}`);
  expect(await sizesOf('moving')).toEqual([THIRD]);
});

test.concurrent(
  'the problem names all tried sizes, and the next provision starts with the first',
  async () => {
    lacking('nowhere', 2);
    const ended = await plane.provision('nowhere', request('uksouth', fallback(SECOND)));
    expect(ended).toMatchObject({ state: 'Failed', problem: { code: 'CAPACITY_UNAVAILABLE' } });
    expect(ended.problem?.message).toContain(`${FIRST}, ${SECOND}`);
    expect(ended.problem?.cause).toMatch(
      new RegExp(`${FIRST}: Allocation failed; ${SECOND}: Allocation failed`),
    );
    expect((await plane.provision('nowhere', request('uksouth', fallback(SECOND)))).state).toBe('Succeeded');
    expect(await sizesOf('nowhere')).toEqual([FIRST]);
  },
);

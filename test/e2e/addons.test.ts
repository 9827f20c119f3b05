import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlanView } from '../../lib/api/plan.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

const LLM = ['registry', 'dvc', 'zenml', 'mlflow', 'seldon', 'chroma'];
const BODY = {
  location: 'uksouth',
  components: [...LLM, 'evidently'],
  cluster: { gpu: { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 1 } },
  access: { kind: 'public', allowFrom: ['203.0.113.0/24'] },
};

type Outputs = Record<string, Record<string, string>>;

const outputsOf = async (query = ''): Promise<Outputs> =>
  (await plane.api('GET', `/stacks/demo/outputs${query}`)).body as Outputs;

interface Found {
  kind: string;
  metadata: { name: string; namespace?: string };
  status?: { addresses?: { value: string }[]; numberReady?: number; desiredNumberScheduled?: number };
}

const inCluster = (): Found[] => {
  const id = plane.azure.inventory().find((found) => /managedclusters\/demo-k8s$/i.test(found)) ?? '';
  return plane.kubernetes.objects(id.toLowerCase());
};

test('a public stack with GPUs and Evidently becomes Ready and has public addresses as outputs', async () => {
  const operation = await plane.provision('demo', BODY);
  expect(operation).toMatchObject({ state: 'Succeeded' });
  expect(operation.steps.filter(({ state }) => state !== 'done')).toEqual([]);
  expect(operation.steps.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['evidently-canary', 'gpu-canary', 'gateway-canary']),
  );
  expect(await plane.stack('demo')).toMatchObject({ phase: 'Ready', components: BODY.components });

  const outputs = await outputsOf();
  const host = outputs['gateway']?.['host'] ?? '';
  expect(host).toMatch(/^demo-\w{5}\.uksouth\.cloudapp\.azure\.com$/);
  expect(outputs).toMatchObject({
    pipeline: { 'server-url': `https://${host}` },
    'experiment-tracker': { 'tracking-url': `https://${host}:8443`, 'tracking-password': '********' },
    'vector-database': { url: 'http://localhost:8238' },
    'model-monitoring': { url: 'http://localhost:8240' },
    gpu: { 'resource-name': 'nvidia.com/gpu' },
  });
});

test('the outputs reveal the certificate and the credentials on request', async () => {
  const shown = await outputsOf('?reveal=true');
  expect(shown['gateway']?.['certificate']).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
  expect(shown['experiment-tracker']).toMatchObject({
    'tracking-username': 'admin',
    'tracking-password': expect.stringMatching(/^\w{24}$/) as unknown,
  });
});

test('the gateway has an address, and the device plugin has no pods without GPU nodes', () => {
  const objects = inCluster();
  const gateway = objects.find(({ kind }) => kind === 'Gateway');
  expect(gateway?.status?.addresses?.[0]?.value).toMatch(/^203\.0\.113\./);
  const plugin = objects.find(({ kind }) => kind === 'DaemonSet');
  expect(plugin?.status).toMatchObject({ desiredNumberScheduled: 0, numberReady: 0 });
});

test('provisioning again changes nothing, not even the certificate', async () => {
  const before = await outputsOf('?reveal=true');
  await plane.provision('demo', { ...BODY, tags: { team: 'ml' } });
  expect(await outputsOf('?reveal=true')).toEqual(before);
});

test('the plan of a private stack has no gateway and no device plugin', async () => {
  const { body } = await plane.api('POST', '/stacks/other/plan', { location: 'uksouth' });
  const { steps, components } = body as PlanView;
  expect(steps.filter(({ id }) => /^(gateway|gpu)/.test(id))).toEqual([]);
  expect(components.map(({ name }) => name)).toEqual(['zenml', 'mlflow', 'seldon']);
});

test('changing access to private removes the gateway', async () => {
  const operation = await plane.provision('demo', { ...BODY, access: { kind: 'private' } });
  expect(operation).toMatchObject({ state: 'Succeeded' });
  const kinds = inCluster().map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'Gateway' || kind === 'HTTPRoute')).toEqual([]);
  const outputs = await outputsOf();
  expect(outputs['gateway']).toBeUndefined();
  expect(outputs['experiment-tracker']?.['tracking-url']).toBe('http://localhost:5237');
});

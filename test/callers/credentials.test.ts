import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterCredentials } from '../../lib/api/credentials.ts';
import type { EventList } from '../../lib/api/stack.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { clustersOf } from '../helpers/cluster.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;

beforeAll(async () => {
  plane = await startPlane();
  run = matcha(plane.url);
  await Promise.all([
    plane.provision('demo', { location: 'uksouth', components: ['mlflow', 'evidently'] }),
    plane.provision('open', {
      location: 'uksouth',
      components: ['mlflow', 'chroma'],
      access: { kind: 'public', allowFrom: ['203.0.113.0/24'] },
    }),
    plane.provision('bare', { location: 'uksouth', components: ['registry'] }),
  ]);
});
afterAll(() => plane.close());

const issue = async (stack: string) => {
  const { status, headers, body } = await plane.api('POST', `/stacks/${stack}/credentials`);
  return { status, headers, body: body as ClusterCredentials & { code: string } };
};

/** The status of a request with the issued token. */
async function statusOf({ server, token }: ClusterCredentials, method: string, path: string, body?: object) {
  const response = await fetch(server + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return response.status;
}

test('the answer says where the tools are, and is not stored', async () => {
  const { status, headers, body } = await issue('demo');
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body.forwards).toEqual([
    {
      component: 'mlflow',
      title: 'MLflow',
      namespace: 'mlflow',
      service: 'mlflow',
      port: 5000,
      localPort: 5237,
      url: 'http://localhost:5237',
    },
    expect.objectContaining({ component: 'evidently', localPort: 8240 }),
  ]);
  const lifetime = Date.parse(body.expiresAt) - plane.clock.now();
  expect(lifetime).toBeGreaterThan(3000 * 1000);
  expect(lifetime).toBeLessThanOrEqual(3601 * 1000);
});

test('that a token was issued is an event, without the token', async () => {
  const { body } = await issue('demo');
  const { events } = (await plane.api('GET', '/stacks/demo/events')).body as EventList;
  const found = events.find(({ kind }) => kind === 'credentials.issued');
  expect(found).toMatchObject({ actor: expect.stringMatching(/./) as string });
  expect(JSON.stringify(events)).not.toContain(body.token);
});

test('the token finds pods and nothing else', async () => {
  const { body: credentials } = await issue('demo');
  const tool = '/api/v1/namespaces/mlflow';
  expect(await statusOf(credentials, 'GET', `${tool}/services/mlflow`)).toBe(200);
  expect(await statusOf(credentials, 'GET', `${tool}/pods`)).toBe(200);
  const account = '/api/v1/namespaces/matcha-system/serviceaccounts/matcha-connect';
  const forbidden: [string, string][] = [
    ['GET', `${tool}/secrets`],
    ['GET', `${tool}/secrets/mlflow-auth`],
    ['GET', `${tool}/configmaps`],
    ['GET', `${tool}/services`],
    ['POST', `${tool}/pods`],
    ['DELETE', `${tool}/pods/any`],
    ['GET', `${tool}/services/mlflow:5000/proxy/health`],
    ['GET', '/api/v1/pods'],
    ['GET', '/api/v1/nodes'],
    ['GET', '/api/v1/namespaces/kube-system/pods'],
    ['GET', '/api/v1/namespaces/matcha-system/secrets'],
    ['POST', `${account}/token`],
    ['GET', '/apis/apps/v1/namespaces/mlflow/deployments'],
  ];
  for (const [method, path] of forbidden)
    expect(
      await statusOf(credentials, method, path, method === 'POST' ? {} : undefined),
      `${method} ${path}`,
    ).toBe(403);
});

test('the tools of a public stack that have an address there are not forwarded', async () => {
  const { body } = await issue('open');
  expect(body.forwards.map(({ component }) => component)).toEqual(['chroma']);
});

test('a stack without tools has nothing to connect to', async () => {
  expect(await issue('bare')).toMatchObject({ status: 409, body: { code: 'NOTHING_TO_CONNECT' } });
});

test('a kubeconfig works as it is, and only the user can read it', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'matcha-kubeconfig-')), 'config');
  const { code, stdout, stderr } = await run('kubeconfig', 'demo', '--file', file);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(/valid for (60|59) min, until .+ mlflow and evidently/);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const config = new KubeConfig();
  config.loadFromString(readFileSync(file, 'utf8'));
  // The library refuses plain HTTP otherwise.
  Object.assign(config.clusters[0] ?? {}, { skipTLSVerify: true });
  const { items } = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: 'mlflow' });
  expect(items).toHaveLength(1);
  expect((await run('kubeconfig', 'demo', '--file', file)).code).toBe(0);
});

test('a kubeconfig replaces no file of others', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'matcha-kubeconfig-')), 'config');
  writeFileSync(file, 'apiVersion: v1\n');
  const { code, stderr } = await run('kubeconfig', 'demo', '--file', file);
  expect(code).toBe(2);
  expect(stderr).toContain('is not a file of this command');
  expect(readFileSync(file, 'utf8')).toBe('apiVersion: v1\n');
  const { stdout } = await run('kubeconfig', 'demo');
  expect(parse(stdout)).toMatchObject({ kind: 'Config', 'current-context': 'demo-k8s' });
});

test('a cluster that an earlier version set up is provisioned again first', async () => {
  const path = '/api/v1/namespaces/matcha-system/serviceaccounts/matcha-connect';
  await clustersOf(plane).kubectl('demo', 'DELETE', path);
  const { code, stderr } = await run('connect', 'demo');
  expect(code).toBe(5);
  expect(stderr).toMatch(/demo is not set up for connections yet[\s\S]*matcha provision demo/);
});

test('a stack that is hibernated or destroyed is refused', async () => {
  const { body: hibernation } = await plane.api('POST', '/stacks/open/hibernate');
  await plane.ended((hibernation as { id: string }).id);
  expect(await issue('open')).toMatchObject({
    status: 409,
    body: { code: 'STACK_HIBERNATED', remedies: [{ action: 'wakeStack' }] },
  });
  expect(await run('env', 'open', '--show-sensitive')).toMatchObject({ code: 5 });
  const { body: destruction } = await plane.api('DELETE', '/stacks/bare');
  expect(await issue('bare')).toMatchObject({ status: 409, body: { code: 'STACK_NOT_PROVISIONED' } });
  await plane.ended((destruction as { id: string }).id);
  expect(await issue('bare')).toMatchObject({ status: 409, body: { code: 'STACK_NOT_PROVISIONED' } });
});

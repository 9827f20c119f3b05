import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ready } from '../../lib/domain/outcome.ts';
import type { Endpoint } from '../../lib/kubernetes/connection.ts';
import { createKubernetes } from '../../lib/kubernetes/index.ts';

/** The number of connections that a process keeps open. */
const MAX_OPEN = 100;

const RESOURCES = { kind: 'APIResourceList', groupVersion: 'v1', resources: [{ name: 'namespaces', kind: 'Namespace', namespaced: false }] }; // prettier-ignore

/** An API server that counts its connections, notes the paths of requests, and lets clients keep connections for an hour. */
async function apiServer() {
  const paths: string[] = [];
  const server = createServer({ keepAliveTimeout: 3_600_000 }, ({ url = '' }, response) => {
    paths.push(url);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(RESOURCES));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths,
    connections: () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count))),
  };
}

/** Azure gives the current address of every cluster; `asked` has the clusters that were asked for. */
function kubernetesAt(address: () => string, recorded: [string, Endpoint][] = []) {
  const records = new Map(recorded);
  const asked: string[] = [];
  const kubernetes = createKubernetes({
    kubeconfig: (_, cluster) => {
      asked.push(cluster);
      return Promise.resolve(ready(JSON.stringify({ clusters: [{ cluster: { server: address() } }] })));
    },
    token: () => Promise.resolve('t'),
    addresses: {
      get: (key) => Promise.resolve(records.get(key)),
      put: (key, endpoint) => Promise.resolve(void records.set(key, endpoint)),
      remove: (key) => Promise.resolve(void records.delete(key)),
    },
  });
  const open = async (cluster: string) => {
    const opened = await kubernetes.open('group', cluster);
    if (opened.state !== 'ready') throw new Error(opened.state);
    return opened.value;
  };
  return { open, asked };
}

test('callers at the same time share one request for the address', async () => {
  const { open, asked } = kubernetesAt(() => 'http://127.0.0.1:1');
  await Promise.all(Array.from({ length: 5 }, () => open('demo')));
  await open('demo');
  expect(asked).toEqual(['demo']);
});

test('requests at the same time share one look-up of the kinds of an API group', async () => {
  const { url, paths } = await apiServer();
  const { open } = kubernetesAt(() => url);
  const cluster = await open('demo');
  const look = (name: string) => cluster.read({ apiVersion: 'v1', kind: 'Namespace', name });
  await Promise.all(['mlflow', 'zenml', 'chroma'].map(look));
  await look('seldon');
  expect(paths.filter((path) => path === '/api/v1')).toHaveLength(1);
  expect(paths).toHaveLength(5);
});

test('an address that does not answer is asked for again, once', async () => {
  const { url } = await apiServer();
  let address = 'http://127.0.0.1:1';
  const { open, asked } = kubernetesAt(() => address);
  const stale = await Promise.all([open('demo'), open('demo')]);
  address = url;
  expect(await stale[0].reachable('Cluster')).toMatchObject({ state: 'pending' });
  expect(await (await open('demo')).reachable('Cluster')).toMatchObject({ state: 'ready' });
  // A late error of the old connection does not discard the new address.
  expect(await stale[1].reachable('Cluster')).toMatchObject({ state: 'pending' });
  expect(await (await open('demo')).reachable('Cluster')).toMatchObject({ state: 'ready' });
  expect(asked).toEqual(['demo', 'demo']);
});

test('a recorded address is used without asking, unless nothing answers there', async () => {
  const { url } = await apiServer();
  const { open, asked } = kubernetesAt(
    () => url,
    [
      ['group|good', { server: url }],
      ['group|stale', { server: 'http://127.0.0.1:1' }],
    ],
  );
  for (const cluster of ['good', 'stale'])
    expect(await (await open(cluster)).reachable('Cluster')).toMatchObject({ state: 'ready' });
  expect(asked).toEqual(['stale']);
});

test('the least recently used connection is closed when there are too many, after its last use', async () => {
  const { url, connections } = await apiServer();
  const { open } = kubernetesAt(() => url);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());

  const first = await open('first');
  const second = await open('second');
  await Promise.all([first.reachable('Cluster'), second.reachable('Cluster')]);
  const before = await connections();
  await open('first');
  for (let index = 2; index <= MAX_OPEN; index++) await open(`c${index}`);
  expect(await second.reachable('Cluster')).toMatchObject({ state: 'ready' });
  expect(await connections()).toBe(before);

  await vi.advanceTimersByTimeAsync(6 * 60_000);
  expect(await second.reachable('Cluster')).toMatchObject({ state: 'pending' });
  expect(await first.reachable('Cluster')).toMatchObject({ state: 'ready' });
  expect(await connections()).toBeLessThan(before);
});

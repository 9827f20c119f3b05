import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../helpers/api-server.ts';
import { productCluster } from '../helpers/product-cluster.ts';

const HELPER = { initContainers: [{ name: 'helper', image: 'busybox:1.37' }] };
const NO_NODE = { nodeSelector: { disk: 'none' } };

/** A pod that is not on a node. */
async function waitingPod({ apply, api, deployment, namespace, eventually }: TestServer): Promise<string> {
  await apply(deployment('web', { pod: { ...HELPER, ...NO_NODE } }));
  const names = await eventually(
    async () => (await api.list('v1', 'Pod', namespace)).items.map(({ metadata }) => metadata?.name ?? ''),
    (found) => found.length > 0,
  );
  return names[0] ?? '';
}

test('a pod that is on no node has no log', async () => {
  const server = await startServer();
  const pod = await waitingPod(server);
  const path = `/api/v1/namespaces/${server.namespace}/pods/${pod}/log?container=main&tailLines=5`;
  const response = await server.call('GET', path);
  expect([response.status, await response.text()]).toEqual([204, '']);
});

test.each([
  ['an unknown container', 'container=other', 400, /^container other is not valid for pod web-/],
  [
    'a negative number of lines',
    'tailLines=-1',
    422,
    /tailLines: Invalid value: -1: must be greater than or equal to 0$/,
  ],
  ['no bytes at all', 'limitBytes=0', 422, /limitBytes: Invalid value: 0: must be greater than 0$/],
])('%s is refused', async (_, query, status, message) => {
  const server = await startServer();
  const pod = await waitingPod(server);
  const path = `/api/v1/namespaces/${server.namespace}/pods/${pod}/log?${query}`;
  const response = await server.call('GET', path);
  expect([response.status, await response.json()]).toEqual([
    status,
    expect.objectContaining({ message: expect.stringMatching(message) as string }),
  ]);
});

test('the log of a pod that does not exist is not found', async () => {
  const { call, namespace } = await startServer();
  expect((await call('GET', `/api/v1/namespaces/${namespace}/pods/web/log`)).status).toBe(404);
});

test('the adapter reads every container of a namespace', async () => {
  const server = await startServer();
  const pod = await waitingPod(server);
  const cluster = productCluster(server.endpoint, server.tokens.admin);
  expect(await cluster.logs(server.namespace, 10)).toEqual([
    { pod, container: 'helper', text: '' },
    { pod, container: 'main', text: '' },
  ]);
  expect(await cluster.logs('nowhere', 10)).toEqual([]);
});

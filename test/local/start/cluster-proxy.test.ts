import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { selfSigned } from '../../../lib/activities/certificate.ts';
import { startClusterProxy } from '../../../local/cluster-proxy.ts';
import { readKubeconfig } from '../../../local/kubeconfig.ts';

const MLFLOW = '/api/v1/namespaces/mlflow/services/mlflow:5000/proxy/health';

/** The address of a server that is closed at the end of the test. */
async function listening(server: Server | ReturnType<typeof createHttpServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** The address of a cluster behind a proxy to this API server. */
async function proxyTo(server: string, certificate?: string): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'matcha-proxy-')), 'config');
  const trust =
    certificate === undefined
      ? { 'insecure-skip-tls-verify': true }
      : {
          'certificate-authority-data': Buffer.from(certificate).toString('base64'),
          'tls-server-name': 'kubernetes',
        };
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server, ...trust } }],
    users: [{ name: 'u', user: { token: 't' } }],
  };
  writeFileSync(file, JSON.stringify(config));
  const proxy = await startClusterProxy({ kubeconfig: readKubeconfig(file), authorize: () => 'allowed' });
  onTestFinished(() => proxy.close());
  return proxy.endpoint('demo').server;
}

test('a tool gets a Host of this machine, and the API server its own, with the name of its certificate', async () => {
  const { certificate, key } = await selfSigned({ hosts: ['kubernetes'], years: 1 }, Date.now());
  const hosts: Record<string, unknown> = {};
  const server = createHttpsServer({ cert: certificate, key }, ({ url = '', headers, socket }, response) => {
    hosts[url] = [headers.host, 'servername' in socket && socket.servername];
    response.end('{}');
  });
  // The address that k3d writes; every other one would do.
  const address = `0.0.0.0:${await listening(server)}`;
  const proxy = await proxyTo(`https://${address}`, certificate);
  expect((await fetch(proxy + MLFLOW)).status).toBe(200);
  expect((await fetch(`${proxy}/version`)).status).toBe(200);
  expect(hosts).toEqual({
    [MLFLOW]: [new URL(proxy).host, 'kubernetes'],
    '/version': [address, 'kubernetes'],
  });
});

test('a cluster that cannot be reached, or refuses the credentials, says why', async () => {
  const unreachable = await fetch(`${await proxyTo('https://127.0.0.1:1')}/version`);
  expect(unreachable.status).toBe(502);
  expect(await unreachable.json()).toMatchObject({
    kind: 'Status',
    message: expect.stringContaining('ECONNREFUSED') as unknown,
  });

  const refusing = createHttpServer((_, response) => response.writeHead(401).end());
  const refused = await fetch(`${await proxyTo(`http://127.0.0.1:${await listening(refusing)}`)}/version`);
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({
    message: expect.stringContaining('the cluster refuses these credentials (HTTP 401)') as unknown,
  });
});

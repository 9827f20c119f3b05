import { once } from 'node:events';
import { request, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startAzure, type SimulatedAzure } from '../../../local/azure/index.ts';
import { createClock } from '../../../local/clock.ts';
import { openDocumentStore } from '../../../local/document-store.ts';
import { startKubernetes, type SimulatedKubernetes } from '../../../local/kubernetes/index.ts';
import { startTestHost } from './harness.ts';
import type { Client } from './harness.ts';

let host: Client;
let azure: SimulatedAzure;
let kubernetes: SimulatedKubernetes;

beforeAll(async () => {
  const shared = { clock: createClock(), documents: openDocumentStore() };
  host = await startTestHost();
  kubernetes = await startKubernetes({ ...shared, standIns: [], authorize: () => 'unauthenticated' });
  kubernetes.create('/subscriptions/s/demo');
  azure = await startAzure({ ...shared, clusters: kubernetes });
});
afterAll(async () => {
  await host.stop();
  await azure.close();
  await kubernetes.close();
});

const SERVERS: [name: string, url: () => string][] = [
  ['the local host', () => `${host.url}/api/items/7/special`],
  ['the simulated Resource Manager', () => `${azure.url}/subscriptions`],
  ['a simulated API server', () => `${kubernetes.endpoint('/subscriptions/s/demo').server}/version`],
];

interface Answer {
  status: number;
  body: string;
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  return { status: response.statusCode ?? 0, body: await text(response) };
}

async function send(url: string, options: RequestOptions): Promise<Answer> {
  const sent = request(url, options).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return answerOf(response);
}

test.each(SERVERS)('%s serves only its own loopback addresses', async (_, url) => {
  const { port } = new URL(url());
  for (const name of ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]']) {
    expect((await send(url(), { headers: { host: `${name}:${port}` } })).status, name).not.toBe(421);
  }
  for (const name of [`rebound.example:${port}`, 'localhost', 'localhost:1', `127.0.0.1.nip.io:${port}`]) {
    const { status, body } = await send(url(), { headers: { host: name } });
    expect(status, name).toBe(421);
    expect(body).toContain(name);
    expect(body).toContain(`http://localhost:${port}`);
  }
});

test.each(SERVERS)('%s answers a malformed Host header or target with 400', async (_, url) => {
  const { port } = new URL(url());
  for (const name of ['[', 'a b', `localhost:${port}/x`, `me@localhost:${port}`, 'localhost:99999']) {
    expect((await send(url(), { headers: { host: name } })).status, name).toBe(400);
  }
  for (const target of ['http://elsewhere.example/', 'elsewhere']) {
    const options = { headers: { host: `localhost:${port}` }, path: target };
    expect((await send(url(), options)).status, target).toBe(400);
  }
});

const CHUNK = Buffer.alloc(256 * 1024, 'x');
const MIB = 1024 * 1024;

/** Sends a body without an end, and stops at the answer or after `limit` bytes. */
async function sendWithoutEnd(url: string, limit: number): Promise<Answer> {
  const { hostname, port, pathname, host: name } = new URL(url);
  const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname);
  onTestFinished(() => void socket.destroy());
  socket.write(`PUT ${pathname} HTTP/1.1\r\nHost: ${name}\r\nTransfer-Encoding: chunked\r\n\r\n`);
  let received = '';
  const answered = once(socket, 'data').then(([data]) => (received = String(data)));
  for (let sent = 0; sent < limit && received === ''; sent += CHUNK.length) {
    socket.write(`${CHUNK.length.toString(16)}\r\n`);
    socket.write(CHUNK);
    if (!socket.write('\r\n')) await once(socket, 'drain');
  }
  // A server without a limit answers at the end of the body.
  socket.write('0\r\n\r\n');
  await answered;
  return { status: Number(received.split(' ')[1]), body: received };
}

test.each(SERVERS)('%s ends a body that never ends with 413', async (_, url) => {
  const { status, body } = await sendWithoutEnd(url(), 16 * MIB);
  expect(status).toBe(413);
  expect(body).toMatch(/large|maximum size/);
});

test.each(SERVERS)('%s refuses a body that is declared too large before it is sent', async (_, url) => {
  const sent = request(url(), { method: 'PUT', headers: { 'content-length': 64 * MIB } });
  sent.on('error', () => undefined);
  sent.flushHeaders();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  expect((await answerOf(response)).status).toBe(413);
  sent.destroy();
});

test('the refusals of the local host are problems', async () => {
  const url = `${host.url}/api/items/7/special`;
  const foreign = JSON.parse((await send(url, { headers: { host: 'rebound.example' } })).body) as object;
  expect(foreign).toMatchObject({
    status: 421,
    code: 'WRONG_HOST',
    remedies: [{ text: `Use http://localhost:${host.port}.` }],
  });
});

test('web pages cannot use the management API of orchestrations', async () => {
  const url = `${host.url}/runtime/webhooks/durabletask/orchestrators/fanOut`;
  const options = { method: 'POST', headers: { origin: 'https://elsewhere.example' } };
  expect((await send(url, options)).status).toBe(403);
});

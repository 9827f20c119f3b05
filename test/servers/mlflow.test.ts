import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPython } from './python.ts';
import type { Server } from './server.ts';
import { describeServer } from './describe-server.ts';

const READ_BACK = {
  status: 'FINISHED',
  params: { depth: '3' },
  losses: [0.5, 0.25],
  note: 'a model was here',
  // Clients access artifacts through the server and need no access to the storage.
  artifact_uri: 'mlflow-artifacts',
};

const client = ({ bin, url, sandbox }: Server, what: 'write' | 'read') =>
  runPython(bin, 'mlflow_client.py', [url, what], {
    HOME: sandbox.folder,
    MLFLOW_DISABLE_TELEMETRY: 'true',
  });

const SEARCH = '/api/2.0/mlflow/experiments/search?max_results=1';

describeServer('mlflow', (server, storage) => {
  test('the Python client writes a run with an artifact and reads it back', async () => {
    expect(await client(server(), 'write')).toEqual(READ_BACK);
  });

  test('artifacts are in the blob container of the stack, with the identity of the pod', async () => {
    expect(await storage().list('mlflow')).toContainEqual(
      expect.stringMatching(/\/artifacts\/notes\/note\.txt$/),
    );
  });

  test('the server ends on SIGTERM and keeps runs and artifacts', async () => {
    expect(await server().stop()).toBe(true);
    await server().start();
    expect(await client(server(), 'read')).toEqual(READ_BACK);
  });

  test.each(['localhost:5237', '10.244.0.7:5000', 'mlflow:5000', 'mlflow.mlflow.svc.cluster.local:5000'])(
    'the server accepts the host %s',
    async (host) => {
      expect((await server().send({ method: 'GET', path: SEARCH, host })).status).toBe(200);
    },
  );

  // The other names have the prefix of a cluster name but a foreign domain. Without the check, pages of such a domain
  // could reach the forwarded port through DNS rebinding.
  test.each([
    'evil.example',
    '10.evil.example:5237',
    'mlflow.mlflow.evil.example:5237',
    'mlflow.mlflow.svc.evil.example',
  ])('the server rejects the host %s', async (host) => {
    const rejected = await server().send({ method: 'GET', path: SEARCH, host });
    expect(rejected).toMatchObject({
      status: 403,
      body: expect.stringContaining('Invalid Host header') as string,
    });
  });

  test.each([
    ['http://localhost:5237', 200],
    ['https://evil.example', 403],
  ])('a write from a page of %s has the status %i', async (origin, status) => {
    const written = await server().send({
      method: 'POST',
      path: '/api/2.0/mlflow/experiments/create',
      host: 'localhost:5237',
      headers: { origin },
      body: { name: `of ${origin}` },
    });
    expect(written.status).toBe(status);
  });

  test('the server runs no jobs and sends no telemetry', () => {
    const lines = server().log().split('\n');
    expect(lines.filter((line) => line.includes('mlflow.server.jobs'))).toEqual([]);
    expect(existsSync(join(server().sandbox.folder, 'tmp/.config/mlflow/telemetry.json'))).toBe(false);
  });
});

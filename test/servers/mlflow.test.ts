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
  // Clients get at artifacts through the server; they need no access to the storage.
  artifact_uri: 'mlflow-artifacts',
};

const client = ({ bin, url, sandbox }: Server, what: 'write' | 'read') =>
  runPython(bin, 'mlflow_client.py', [url, what], {
    HOME: sandbox.folder,
    MLFLOW_DISABLE_TELEMETRY: 'true',
  });

const SEARCH = '/api/2.0/mlflow/experiments/search?max_results=1';

describeServer('mlflow', (server) => {
  test('the Python client writes a run with an artifact and reads it back', async () => {
    expect(await client(server(), 'write')).toEqual(READ_BACK);
  });

  test('it ends when told to, and keeps runs and artifacts', async () => {
    expect(await server().stop()).toBe(true);
    await server().start();
    expect(await client(server(), 'read')).toEqual(READ_BACK);
  });

  test.each(['localhost:5237', '10.244.0.7:5000', 'mlflow:5000', 'mlflow.mlflow.svc.cluster.local:5000'])(
    'it answers to %s',
    async (host) => {
      expect((await server().send({ method: 'GET', path: SEARCH, host })).status).toBe(200);
    },
  );

  // The first is any other name. The others begin as names of the cluster do, but belong to whoever registers
  // them: pages there could reach the forwarded port through a name that resolves to 127.0.0.1.
  test.each([
    'evil.example',
    '10.evil.example:5237',
    'mlflow.mlflow.evil.example:5237',
    'mlflow.mlflow.svc.evil.example',
  ])('it refuses the host %s', async (host) => {
    const refused = await server().send({ method: 'GET', path: SEARCH, host });
    expect(refused).toMatchObject({
      status: 403,
      body: expect.stringContaining('Invalid Host header') as string,
    });
  });

  test.each([
    ['http://localhost:5237', 200],
    ['https://evil.example', 403],
  ])('a page of %s that writes gets %i', async (origin, status) => {
    const written = await server().send({
      method: 'POST',
      path: '/api/2.0/mlflow/experiments/create',
      host: 'localhost:5237',
      headers: { origin },
      body: { name: `of ${origin}` },
    });
    expect(written.status).toBe(status);
  });

  test('it runs no jobs and reports to nobody', () => {
    const lines = server().log().split('\n');
    expect(lines.filter((line) => line.includes('mlflow.server.jobs'))).toEqual([]);
    expect(existsSync(join(server().sandbox.folder, 'tmp/.config/mlflow/telemetry.json'))).toBe(false);
  });
});

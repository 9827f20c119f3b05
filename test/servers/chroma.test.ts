import { expect, test } from 'vitest';
import { at } from '../../lib/components/canary.ts';
import type { Server } from './server.ts';
import { describeServer } from './describe-server.ts';

const COLLECTIONS = '/api/v2/tenants/default_tenant/databases/default_database/collections';

const call = async (server: Server, method: string, path: string, body?: unknown) => {
  const answer = await server.send({ method, path, host: 'chroma.chroma.svc.cluster.local:8000', body });
  return { status: answer.status, body: answer.body };
};

describeServer('chroma', (server) => {
  let collection = '';

  test('added vectors are found', async () => {
    const created = await call(server(), 'POST', COLLECTIONS, { name: 'documents' });
    expect(created.status).toBe(200);
    collection = `${COLLECTIONS}/${at(created.body, 'id') as string}`;

    const added = await call(server(), 'POST', `${collection}/add`, {
      ids: ['cat', 'car'],
      embeddings: [
        [1, 0, 0],
        [0, 1, 0],
      ],
      documents: ['a cat', 'a car'],
    });
    expect(added.status).toBe(201);
    const found = await call(server(), 'POST', `${collection}/query`, {
      query_embeddings: [[0.1, 0.9, 0]],
      n_results: 1,
      include: ['documents'],
    });
    expect(found.body).toMatchObject({ ids: [['car']], documents: [['a car']] });
  });

  test('data survives a crash', async () => {
    await server().crash();
    await server().start();
    expect((await call(server(), 'GET', `${collection}/count`)).body).toBe(2);
  });

  test('API version 1 is not available, and a reset of the database is forbidden', async () => {
    expect((await call(server(), 'GET', '/api/v1/heartbeat')).status).toBe(410);
    expect((await call(server(), 'POST', '/api/v2/reset')).status).toBe(403);
    expect((await call(server(), 'GET', `${collection}/count`)).body).toBe(2);
  });
});

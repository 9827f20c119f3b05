import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { Answer } from '../../local/client.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane({ speed: 1200 });
});
afterAll(() => plane.close());

const ROUNDS = 6;
const MLFLOW = { location: 'uksouth', components: ['mlflow'] };
const CHROMA = { location: 'uksouth', components: ['chroma'] };
const ID = { 'operation-id': 'same' };

const reused = { status: 409, body: { code: 'OPERATION_ID_REUSED' } };

/** Splits answers in accepted requests and others. */
const sorted = (answers: Answer[]) => answers.toSorted((a, b) => a.status - b.status);

/** The operation that was accepted has ended, and did what was asked for and nothing else. */
async function expectCarriedOut(name: string, kind: string, id = 'same'): Promise<void> {
  const operation = await plane.ended(`${name}-${id}`);
  expect(operation).toMatchObject({ kind, state: 'Succeeded' });
  expect(operation.steps.map(({ state }) => state)).toEqual(operation.steps.map(() => 'done'));
  const { body } = await plane.api('GET', `/stacks/${name}/events`);
  const requested = (body as { events: { kind: string; operation?: string }[] }).events.filter(
    (event) => event.operation === operation.id && event.kind.endsWith('.requested'),
  );
  expect(requested).toMatchObject([{ kind: `${kind}.requested` }]);
}

test('of two bodies with one Operation-Id at once, one is accepted and carried out', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const name = `body${round}`;
    const answers = await Promise.all(
      [MLFLOW, CHROMA].map((body) => plane.api('PUT', `/stacks/${name}`, body, ID)),
    );
    const [accepted, refused] = sorted(answers);
    expect(accepted?.status).toBe(202);
    expect(refused).toMatchObject(reused);
    await expectCarriedOut(name, 'provision');
    const { spec, versions } = await plane.stack(name);
    expect(Object.keys(versions)).toEqual(spec.components);
    const winner = answers[0]?.status === 202 ? MLFLOW : CHROMA;
    expect(spec.components).toEqual(winner.components);
  }
});

test('of a PUT and a DELETE with one Operation-Id at once, one is accepted and carried out', async () => {
  await plane.provision('kinds', MLFLOW);
  for (let round = 0; round < ROUNDS; round++) {
    // Both requests are possible and quick while the stack is destroyed.
    const destroyed = await plane.api('DELETE', '/stacks/kinds');
    await plane.ended((destroyed.body as OperationView).id);
    const id = `round${round}`;
    const ask = (method: string, body?: object) =>
      plane.api(method, '/stacks/kinds', body, { 'operation-id': id });
    const asked = round % 2 === 0 ? [ask('DELETE'), ask('PUT', CHROMA)] : [ask('PUT', CHROMA), ask('DELETE')];
    const [accepted, refused] = sorted(await Promise.all(asked));
    expect(accepted?.status).toBe(202);
    expect(refused).toMatchObject(reused);
    const { kind } = accepted?.body as OperationView;
    await expectCarriedOut('kinds', kind, id);
    expect((await plane.stack('kinds')).phase).toBe(kind === 'destroy' ? 'Destroyed' : 'Ready');
  }
});

test('one request sent many times at once with one Operation-Id is one operation', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => plane.api('PUT', '/stacks/many', MLFLOW, ID)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => (body as OperationView).id))).toEqual(new Set(['many-same']));
  await expectCarriedOut('many', 'provision');
});

test('the order of the members of a repeated request does not matter; the order of a list does', async () => {
  const ask = (body: object) => plane.api('PUT', '/stacks/order', body, ID);
  const cluster = { minNodes: 1, maxNodes: 2 };
  const access = { kind: 'public', allowFrom: ['203.0.113.0/24', '198.51.100.0/24'] };
  const first = await ask({ ...MLFLOW, tags: { team: 'ml', env: 'test' }, cluster, access });
  expect(first.status).toBe(202);
  expect(
    await ask({
      access: { allowFrom: access.allowFrom, kind: 'public' },
      cluster: { maxNodes: 2, minNodes: 1 },
      tags: { env: 'test', team: 'ml' },
      ...MLFLOW,
    }),
  ).toMatchObject({ status: 202, body: { id: 'order-same' } });
  const others = { ...access, allowFrom: access.allowFrom.toReversed() };
  expect(await ask({ ...MLFLOW, tags: { team: 'ml', env: 'test' }, cluster, access: others })).toMatchObject(
    reused,
  );
  await expectCarriedOut('order', 'provision');
});

test('a repeated request is answered with its operation, whatever the stack is now', async () => {
  const put = { 'operation-id': 'put' };
  const destroy = { 'operation-id': 'destroy' };
  await plane.api('PUT', '/stacks/later', MLFLOW, put);
  await plane.ended('later-put');
  await plane.api('DELETE', '/stacks/later', undefined, destroy);
  await plane.ended('later-destroy');
  await plane.provision('later', { ...MLFLOW, location: 'northeurope', lifetime: { protected: true } });
  expect(await plane.api('DELETE', '/stacks/later', undefined, destroy)).toMatchObject({
    status: 202,
    body: { id: 'later-destroy', state: 'Succeeded' },
  });
  expect(await plane.api('PUT', '/stacks/later', MLFLOW, put)).toMatchObject({
    status: 202,
    body: { id: 'later-put', state: 'Succeeded' },
  });
});

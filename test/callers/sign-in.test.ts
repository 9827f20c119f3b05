import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { AccessEventList } from '../../lib/api/sign-in.ts';
import type { EventList } from '../../lib/api/stack.ts';
import { pruneRecords } from '../../lib/commands/prune-records.ts';
import { REFUSALS_PER_MINUTE } from '../../lib/domain/access.ts';
import { AZURE_VARIABLES } from '../../lib/settings.ts';
import type { LogEntry } from '../../lib/telemetry/log.ts';
import { developer } from '../../local/control-plane.ts';
import { PEOPLE } from '../../local/people.ts';
import { startTableProxy, type TableProxy } from '../../local/tables/proxy.ts';
import { startPlane } from '../helpers/embedded.ts';
import { stackRecord } from '../helpers/records.ts';
import { startSignedIn, type SignedInPlane } from '../helpers/sign-in.ts';

let plane: SignedInPlane;

let proxy: TableProxy;

beforeAll(async () => {
  proxy = await startTableProxy(inject('tables'));
  plane = await startSignedIn({ tables: proxy.connectionString });
});
afterAll(async () => {
  await plane.close();
  await proxy.close();
});

const get = (path: string, headers?: Record<string, string>) => plane.api('GET', path, undefined, headers);

test('while the keys cannot be read, callers may try again', async () => {
  plane.issuer.keysFail = true;
  expect(await get('/me', plane.as(PEOPLE.ada))).toMatchObject({
    status: 503,
    body: { code: 'SIGN_IN_UNAVAILABLE' },
  });
  plane.issuer.keysFail = false;
  expect((await get('/me', plane.as(PEOPLE.ada))).status).toBe(200);
});

test('anybody may ask where to sign in', async () => {
  const { directory } = plane.issuer;
  expect(await get('/sign-in')).toMatchObject({
    status: 200,
    body: {
      kind: 'oidc',
      issuer: `${directory.authority}/v2.0`,
      tenantId: directory.tenantId,
      clientId: directory.signInClientId,
      scope: `api://${directory.apiClientId}/access_as_user openid profile offline_access`,
    },
  });
});

test('a person is told who they are', async () => {
  const { id, tenant } = PEOPLE.kim;
  expect(await get('/me', plane.as(PEOPLE.kim))).toMatchObject({
    status: 200,
    body: { id, tenant, name: 'kim', type: 'User', role: 'Reader' },
  });
});

test('without a token, the answer says how to sign in', async () => {
  const { status, headers, body } = await get('/stacks');
  expect({ status, body }).toMatchObject({ status: 401, body: { code: 'NOT_SIGNED_IN' } });
  expect(headers.get('www-authenticate')).toBe('Bearer');
});

test('a person without a role may do nothing', async () => {
  expect(await get('/me', plane.as(PEOPLE.max))).toMatchObject({
    status: 403,
    body: { code: 'NOT_ALLOWED', title: 'max has no role in Matcha.' },
  });
});

test('who signed in is remembered, with the role of the last token', async () => {
  await get('/me', plane.as(PEOPLE.lin));
  expect(await plane.store.people.get(PEOPLE.lin.id)).toMatchObject({ name: 'lin', role: 'Operator' });
  await get('/me', plane.as({ ...PEOPLE.lin, role: 'Reader' }));
  expect(await plane.store.people.get(PEOPLE.lin.id)).toMatchObject({ role: 'Reader' });
  const { role: _, ...without } = PEOPLE.lin;
  await get('/me', plane.as(without));
  expect(await plane.store.people.get(PEOPLE.lin.id)).toBeUndefined();
});

test('somebody who did not change is written once an hour', async () => {
  const { people } = plane.store;
  const { id, name, type } = PEOPLE.ada;
  const seen = async () => (await people.get(id))?.seenAt;
  const first = Date.parse('2030-01-01T00:00:00Z');
  for (const [minutes, expected] of [
    [0, '2030-01-01T00:00:00.000Z'],
    [59, '2030-01-01T00:00:00.000Z'],
    [60, '2030-01-01T01:00:00.000Z'],
  ] as const) {
    await people.note({ id, name, type }, 'Operator', first + minutes * 60_000);
    expect(await seen()).toBe(expected);
  }
});

const asKim = { actor: 'kim', actorId: `${PEOPLE.kim.tenant}:${PEOPLE.kim.id}`, channel: 'api' };

test('a refusal is recorded with who, what and why, also in the events of the stack', async () => {
  const event = { at: '2026-01-01T00:00:00.000Z', kind: 'provision.requested', message: '' } as const;
  await plane.store.commit({
    stack: stackRecord('mine'),
    etag: undefined,
    event: { ...event, actor: 'ada', channel: 'api' },
  });
  const refused = await plane.api('DELETE', '/stacks/mine', undefined, plane.as(PEOPLE.kim));
  expect(refused.status).toBe(403);
  const reason = 'This needs the role Operator; kim is Reader.';
  const [found] = await plane.refusals();
  expect(found).toMatchObject({
    ...asKim,
    route: 'destroyStack',
    stack: 'mine',
    code: 'NOT_ALLOWED',
    message: reason,
  });
  expect(found?.correlationId).toMatch(/./);
  const { events } = (await get('/stacks/mine/events', plane.as(PEOPLE.kim))).body as EventList;
  expect(events[0]).toMatchObject({
    ...asKim,
    kind: 'access.refused',
    message: `kim was refused destroyStack: ${reason}`,
    correlationId: found?.correlationId,
  });

  await plane.api('POST', '/operations/mine-1/cancel', undefined, plane.as(PEOPLE.kim));
  expect((await plane.refusals())[0]).toMatchObject({ route: 'cancelOperation', stack: 'mine' });

  const others = await plane.api('DELETE', '/stacks/mine');
  expect(others.status).toBe(401);
  expect((await plane.refusals())[0]).toMatchObject({ actor: 'nobody', stack: 'mine' });
  const after = (await get('/stacks/mine/events', plane.as(PEOPLE.kim))).body as EventList;
  expect(after.events.map(({ kind }) => kind)).toEqual([
    'access.refused',
    'access.refused',
    'provision.requested',
  ]);
});

test('only an administrator sees who was refused, in pages', async () => {
  expect((await get('/access-events', plane.as(PEOPLE.ada))).status).toBe(403);
  const first = (await get('/access-events?limit=1', plane.as(PEOPLE.developer))).body as AccessEventList;
  expect(first.events).toHaveLength(1);
  const token = encodeURIComponent(first.continuationToken ?? '');
  const path = `/access-events?limit=1&continuationToken=${token}`;
  const second = (await get(path, plane.as(PEOPLE.developer))).body as AccessEventList;
  expect(second.events[0]?.at).not.toBe(undefined);
  expect(second.events).not.toEqual(first.events);
});

test('a flood is counted, and does not hide what people do', async () => {
  const { access } = plane.store;
  const minute = Date.parse('2031-01-01T00:00:00Z');
  const event = (at: number, who: object) => ({
    at: new Date(at).toISOString(),
    kind: 'access.refused' as const,
    ...{ actor: 'nobody', channel: 'api' as const, route: 'listStacks', message: '' },
    ...who,
  });
  for (let index = 0; index < REFUSALS_PER_MINUTE.unknown; index++)
    expect(await access.addRefusal(event(minute + index, {}))).toBe(true);
  expect(await access.addRefusal(event(minute + 1000, {}))).toBe(false);
  expect(await access.addRefusal(event(minute + 1001, {}))).toBe(false);
  expect(await access.addRefusal(event(minute + 1002, asKim))).toBe(true);
  expect(await access.addRefusal(event(minute + 60_000, {}))).toBe(true);
  const { items } = await access.list({ limit: 3 });
  expect(items.map(({ count, actor }) => count ?? actor).sort()).toEqual([2, 'kim', 'nobody']);
});

test('refusals are deleted after ninety days', async () => {
  const { access } = plane.store;
  const entries: LogEntry[] = [];
  const at = async () => (await access.list({ limit: 100 })).items.map((event) => event.at);
  const newest = Date.parse((await at())[0] ?? '');
  const prune = (now: number) =>
    pruneRecords({
      services: { store: plane.store, now: () => now, wallClock: () => now },
      log: (_, entry) => void entries.push(entry),
    });
  const days = 90 * 86_400_000;
  await prune(newest + days);
  expect((await at()).every((one) => Date.parse(one) >= newest)).toBe(true);
  expect(await at()).not.toEqual([]);
  await prune(newest + days + 1);
  expect(await at()).toEqual([]);
  expect(entries).toContainEqual({
    event: 'records.pruned',
    message: expect.stringMatching(/^refusals: \d+$/) as string,
  });
});

test('a refusal that cannot be recorded is answered all the same', async () => {
  proxy.fault = ({ path, method }) => (method === 'POST' && !path.includes('$batch') ? 503 : undefined);
  const refused = await get('/access-events', plane.as(PEOPLE.kim));
  proxy.fault = () => undefined;
  expect(refused.status).toBe(403);
  expect(await plane.refusals()).toEqual([]);
});

test.each(AZURE_VARIABLES)('on Azure, where %s is set, nobody is the developer', async (name) => {
  expect(() => developer({ [name]: 'x' })).toThrow(`${name} is set`);
  process.env[name] = 'x';
  try {
    await expect(startPlane()).rejects.toThrow(`${name} is set`);
  } finally {
    Reflect.deleteProperty(process.env, name);
  }
});

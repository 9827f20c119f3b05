import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Person } from '../../lib/domain/principal.ts';
import { createStore } from '../../lib/tables/index.ts';
import { openTable } from '../../lib/tables/open.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { personOf } from '../../lib/domain/principal.ts';
import { PEOPLE } from '../../local/people.ts';
import { OWNER } from '../helpers/people.ts';

const LIN = personOf(PEOPLE.lin);
const KIM = personOf(PEOPLE.kim);
const guid = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane();
});
beforeEach(() => {
  plane.azure.directory.isReadable = true;
});
afterAll(() => plane.close());

/** The plan of a new stack with these members. */
const planned = async (members: string[]) => {
  const { status, body } = await plane.api('POST', '/stacks/demo/plan', { location: 'uksouth', members });
  return { status, ...(body as { code?: string; members?: Person[]; remedies?: unknown[] }) };
};

test('names are those of the directory', async () => {
  expect((await planned(['LIN', 'kim@example.com', OWNER.name])).members).toEqual([LIN, KIM]);
  expect(await planned(['nobody'])).toMatchObject({ status: 404, code: 'UNKNOWN_PERSON' });
  expect(await planned([guid(9)])).toMatchObject({ status: 404, code: 'UNKNOWN_PERSON' });
  plane.azure.directory.add({ id: guid(4), name: 'Lin', type: 'User' });
  const ambiguous = await planned(['lin']);
  expect(ambiguous).toMatchObject({ status: 400, code: 'AMBIGUOUS_PERSON' });
  expect(JSON.stringify(ambiguous.remedies)).toContain(guid(4));
  plane.azure.directory.remove(guid(4));
});

test('an object id may be that of a service principal', async () => {
  const job: Person = { id: guid(3), name: 'ci', type: 'ServicePrincipal' };
  plane.azure.directory.add(job);
  expect((await planned([job.id.toUpperCase()])).members).toEqual([job]);
});

test('where the directory cannot be read, names are those of people who signed in', async () => {
  plane.azure.directory.isReadable = false;
  const { tables, tableName } = plane.settings;
  const { people } = createStore(openTable(tables, tableName, plane.azure.credential));
  const seen = { role: 'Reader', seenAt: '2026-11-21T00:00:00.000Z' } as const;
  await people.put({ id: guid(5), name: 'Noa@example.com', type: 'User', ...seen });
  const noa = [{ id: guid(5), name: 'Noa@example.com', type: 'User' }];
  expect((await planned(['noa'])).members).toEqual(noa);
  expect((await planned([guid(5)])).members).toEqual(noa);
  expect(await planned(['lin'])).toMatchObject({ status: 404, code: 'UNKNOWN_PERSON' });
  expect((await planned([guid(9)])).members).toEqual([{ id: guid(9), name: guid(9), type: 'User' }]);
});

test('more than fifty members are refused', async () => {
  const { status, body } = await plane.api('POST', '/stacks/demo/plan', {
    location: 'uksouth',
    members: Array(51).fill('lin'),
  });
  expect({ status, body }).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
});

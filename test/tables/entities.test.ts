import { expect, test } from 'vitest';
import { fromRow, rowKeys, startingWith, toRow } from '../../lib/tables/entities.ts';

const MAX_PROPERTY = 32 * 1024;

/** The row as the table returns it. */
const stored = (row: ReturnType<typeof toRow>) => ({ ...row, etag: 'W/"1"' });

const textOf = (length: number) => Array.from({ length }, (_, index) => String(index % 10)).join('');

/** Whether OData's comparison of strings, which is by character, selects the key. */
const selects = (filter: string, key: string): boolean => {
  const [, from = '', to = ''] = /^RowKey ge '(.*)' and RowKey lt '(.*)'$/.exec(filter) ?? [];
  return from !== '' && to !== '' && key >= from && key < to;
};

test.each([0, 1, 31_000, 32_000, 33_000, 64_000, 100_000, 470_000])(
  'a record with a text of %d characters is stored and read back',
  (length) => {
    const record = { text: textOf(length), list: [1, 'é', null] };
    const row = toRow('demo', rowKeys.state, record);
    expect(fromRow(stored(row))).toEqual({ value: record, etag: 'W/"1"' });
  },
);

test('a small record is in one property', () => {
  expect(toRow('demo', 'state', { a: 1 })).toEqual({
    partitionKey: 'demo',
    rowKey: 'state',
    data: '{"a":1}',
  });
});

test('a record over 32 K characters is split over several properties within the limit of each', () => {
  const { partitionKey, rowKey, ...parts } = toRow('demo', 'state', { text: textOf(100_000) });
  expect([partitionKey, rowKey]).toEqual(['demo', 'state']);
  expect(Object.keys(parts)).toEqual(['data', 'data1', 'data2', 'data3']);
  expect(Object.values(parts).every((part) => part.length <= MAX_PROPERTY)).toBe(true);
  expect(Object.values(parts).join('')).toBe(JSON.stringify({ text: textOf(100_000) }));
});

test('a record is never split between the two halves of a surrogate pair', () => {
  const record = { text: `x${'🍵'.repeat(20_000)}` };
  const row = toRow('demo', 'state', record);
  const { data, data1 } = row;
  expect([data, data1].every((part) => part?.isWellFormed())).toBe(true);
  expect(fromRow(stored(row)).value).toEqual(record);
});

test('a record that a row cannot hold is refused', () => {
  const record = { text: textOf(480_000) };
  expect(() => toRow('demo', rowKeys.operation('demo-1'), record)).toThrow(
    /op\|demo-1 of demo is too large to store/,
  );
});

test('the newest event sorts first', () => {
  const times = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z', '2031-12-31T23:59:59.999Z', '1970-01-01T00:00:00Z']; // prettier-ignore
  const keys = times.map((time) => rowKeys.event(Date.parse(time), 'a'));
  expect([...keys].sort()).toEqual([keys[2], keys[1], keys[0], keys[3]]);
});

test('two events of one millisecond have different keys', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(rowKeys.event(now, 'a')).not.toBe(rowKeys.event(now, 'b'));
});

test('every key stays under 255 bytes', () => {
  const operation = `a1234567890-${'x'.repeat(64)}`;
  const keys = [
    rowKeys.state,
    rowKeys.operation(operation),
    rowKeys.step(operation, 'y'.repeat(64)),
    rowKeys.receipt(operation),
    rowKeys.event(Date.now(), '12345678'),
  ];
  expect(Math.max(...keys.map((key) => Buffer.byteLength(key)))).toBeLessThan(255);
});

test('a prefix filter selects the rows of one operation, and no others', () => {
  const filter = startingWith(rowKeys.step('demo-1', ''));
  const keys = [
    rowKeys.step('demo-1', 'cluster'),
    rowKeys.step('demo-1', 'zenml-canary'),
    rowKeys.step('demo-10', 'cluster'),
    rowKeys.step('demo-2', 'cluster'),
    rowKeys.step('demo', 'cluster'),
    rowKeys.operation('demo-1'),
    rowKeys.receipt('demo-1'),
    rowKeys.state,
  ];
  expect(keys.filter((key) => selects(filter, key))).toEqual(keys.slice(0, 2));
});

test('a prefix filter of a kind selects the rows of that kind, and no others', () => {
  const keys = [
    rowKeys.event(0, 'a'),
    rowKeys.event(Date.now(), 'b'),
    rowKeys.state,
    rowKeys.receipt('demo-1'),
  ];
  expect(keys.filter((key) => selects(startingWith('evt|'), key))).toEqual(keys.slice(0, 2));
});

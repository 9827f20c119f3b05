import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSame, mergedSettings, ownSettings } from '../../lib/components/zenml/settings.ts';

const variable = (name: string, value: string) => ({ name, value });

const WANTED = {
  configuration: {
    context: 'demo',
    pods: { labels: { use: 'true' }, env: [variable('URL', 'http://a')] },
  },
  defaults: { keep: 60, pods: { resources: { memory: '1Gi' } } },
};
const APPLIED = ownSettings(WANTED);

test('nested settings and variables of users stay', () => {
  const current = {
    ...APPLIED,
    synchronous: false,
    pods: {
      labels: { use: 'true', team: 'a' },
      env: [variable('URL', 'http://a'), variable('MINE', '1')],
      resources: { memory: '1Gi' },
      tolerations: [{ key: 'sku', value: 'gpu' }],
    },
  };
  expect(mergedSettings(current, APPLIED, WANTED)).toEqual(current);
});

test('a changed value is set again, unless it is one that users may change', () => {
  const changed = {
    context: 'other',
    keep: 5,
    pods: { labels: { use: 'false' }, env: [variable('URL', 'http://b')], resources: { memory: '8Gi' } },
  };
  expect(mergedSettings(changed, APPLIED, WANTED)).toEqual({
    context: 'demo',
    keep: 5,
    pods: { labels: { use: 'true' }, env: [variable('URL', 'http://a')], resources: { memory: '8Gi' } },
  });
});

test('what Matcha set and no longer wants goes, and what users set or changed stays', () => {
  const current = {
    ...APPLIED,
    pods: { ...(APPLIED['pods'] as object), env: [variable('URL', 'http://a'), variable('MINE', '1')] },
  };
  const next = { configuration: { context: 'demo', pods: { labels: {} } } };
  expect(mergedSettings(current, APPLIED, next)).toEqual({
    context: 'demo',
    pods: { labels: {}, env: [variable('MINE', '1')] },
  });
  expect(mergedSettings({ ...current, keep: 5 }, APPLIED, next)).toMatchObject({ keep: 5 });
});

test('a new default replaces the one before it', () => {
  const next = { ...WANTED, defaults: { keep: 120 } };
  expect(mergedSettings(APPLIED, APPLIED, next)).toMatchObject({ keep: 120 });
});

test('without a record of what Matcha set, everything that it does not want stays', () => {
  expect(mergedSettings({ old: 1, context: 'x' }, {}, WANTED)).toMatchObject({ old: 1, context: 'demo' });
});

test('ZenML may leave out null values', () => {
  expect(isSame({ a: 1 }, { a: 1, token: null })).toBe(true);
  expect(isSame({ a: 1, token: 'x' }, { a: 1, token: null })).toBe(false);
});

const scalar = fc.constantFrom(1, 'x', null);
const variables = fc.uniqueArray(
  fc
    .constantFrom('a', 'b', 'c')
    .chain((name) => fc.constantFrom('1', '2').map((value) => variable(name, value))),
  { selector: ({ name }) => name },
);
const some = <T extends object>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(members, { requiredKeys: [], noNullPrototype: true });
const settings = some({ scalar, variables, nested: some({ scalar, variables, deeper: some({ scalar }) }) });

/** The order of named members has no meaning. */
const inAnyOrder = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      Array.isArray(inner)
        ? inner.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
        : inner,
    ),
  );

test('merging twice changes nothing more', () => {
  const property = fc.property(
    settings,
    settings,
    settings,
    settings,
    (current, applied, configuration, defaults) => {
      const wanted = { configuration, defaults };
      const once = mergedSettings(current, applied, wanted);
      expect(inAnyOrder(mergedSettings(once, ownSettings(wanted), wanted))).toEqual(inAnyOrder(once));
    },
  );
  fc.assert(property, { numRuns: 1000 });
});

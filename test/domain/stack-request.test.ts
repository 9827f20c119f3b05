import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStackFields, type StackFields } from '../../lib/domain/spec.ts';
import { requestedFields, stackRequest } from '../../lib/domain/stack-request.ts';

const nodeSize = fc.constantFrom('Standard_D4s_v5', 'Standard_D8s_v5', 'Standard_E4s_v5');

/** Complete fields. Every `minNodes` is at most every `maxNodes`, so that any mixture is valid. */
const fields: fc.Arbitrary<StackFields> = fc
  .record({
    location: fc.constantFrom('uksouth', 'northeurope'),
    cluster: fc.record({
      nodeSize,
      minNodes: fc.integer({ min: 1, max: 4 }),
      maxNodes: fc.integer({ min: 5, max: 9 }),
      kubernetesVersion: fc.constantFrom('1.34', '1.35', '1.35.4'),
      gpu: fc.record({ nodeSize, maxNodes: fc.integer({ min: 1, max: 9 }), spot: fc.boolean() }),
      onShortage: fc.oneof(
        fc.constant({ do: 'fail' as const }),
        fc.record({ do: fc.constant('wait' as const), upTo: fc.constantFrom('P1D', 'PT6H') }),
        fc.record({ do: fc.constant('fallback' as const), nodeSizes: fc.tuple(nodeSize) }),
      ),
    }),
    access: fc.oneof(
      fc.constant({ kind: 'private' as const }),
      fc.record({
        kind: fc.constant('public' as const),
        allowFrom: fc.constant<string[]>(['203.0.113.0/24']),
      }),
    ),
    storage: fc.record({ sharedKeyAccess: fc.boolean() }),
    lifetime: fc.record({ protected: fc.boolean() }),
    tags: fc.dictionary(fc.constantFrom('team', 'env', 'constructor'), fc.string({ maxLength: 9 })),
  })
  .map((value) => JSON.parse(JSON.stringify(value)) as StackFields);

/** Every field that a request can give or leave out on its own. */
const PATHS = [
  'location',
  'cluster.nodeSize',
  'cluster.minNodes',
  'cluster.maxNodes',
  'cluster.kubernetesVersion',
  'cluster.gpu.nodeSize',
  'cluster.gpu.maxNodes',
  'cluster.gpu.spot',
  'cluster.onShortage',
  'access',
  'storage.sharedKeyAccess',
  'lifetime.protected',
  'tags',
];
const subset = fc.subarray(PATHS);

type Members = Record<string, unknown>;

const valueAt = (from: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Members | undefined)?.[name], from);

function setAt(target: Members, path: string, value: unknown): void {
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0) target[name] = value;
  else setAt((target[name] ??= {}) as Members, rest.join('.'), value);
}

/** The request with some fields of `wanted`. */
function requestOf(wanted: StackFields, paths: readonly string[]) {
  const body: Members = {};
  for (const path of paths) setAt(body, path, valueAt(wanted, path));
  return stackRequest.parse(body);
}

test('the paths of this test are all fields of a spec', () => {
  const leaves = (value: unknown, path: string): string[] =>
    PATHS.includes(path)
      ? [path]
      : Object.entries(value as Members).flatMap(([name, member]) => leaves(member, `${path}.${name}`.replace(/^\./, ''))); // prettier-ignore
  const [example] = fc.sample(fields, 1);
  expect(leaves(example, '').sort()).toEqual([...PATHS].sort());
  expect(Object.keys(stackRequest.shape).sort()).toEqual(
    [...new Set([...PATHS.map((path) => path.split('.')[0]), 'preset', 'components', 'members'])].sort(),
  );
});

test('a request with some fields changes these and keeps all others', () => {
  fc.assert(
    fc.property(fields, fields, subset, (current, wanted, paths) => {
      const result = requestedFields(current, requestOf(wanted, paths));
      for (const path of PATHS)
        expect(valueAt(result, path), path).toEqual(valueAt(paths.includes(path) ? wanted : current, path));
    }),
  );
});

test('a request with all fields does not depend on the current ones', () => {
  fc.assert(
    fc.property(fields, fields, (current, wanted) => {
      expect(requestedFields(current, requestOf(wanted, PATHS))).toEqual(wanted);
      expect(requestedFields(undefined, requestOf(wanted, PATHS))).toEqual(wanted);
    }),
  );
});

test('null gives a field its default, or takes it away', () => {
  const defaults = parseStackFields({ location: 'uksouth' });
  const nullable = PATHS.filter((path) => path !== 'location' && !path.startsWith('cluster.gpu.'));
  const body: Members = { cluster: { gpu: null } };
  for (const path of nullable) setAt(body, path, null);
  fc.assert(
    fc.property(fields, (current) => {
      expect(requestedFields({ ...current, location: 'uksouth' }, stackRequest.parse(body))).toEqual(
        defaults,
      );
    }),
  );
  expect(stackRequest.safeParse({ location: null }).success).toBe(false);
});

test('the same choice keeps its details, another one does not', () => {
  const waiting = parseStackFields({
    location: 'uksouth',
    cluster: { onShortage: { do: 'wait', upTo: 'P1D' } },
    access: { kind: 'public', allowFrom: ['203.0.113.0/24'] },
  });
  const after = (body: object) => requestedFields(waiting, stackRequest.parse(body));
  expect(after({ cluster: { onShortage: { do: 'wait' } } })).toEqual(waiting);
  expect(after({ access: { kind: 'public' } })).toEqual(waiting);
  expect(after({ cluster: { onShortage: { do: 'fail' } } }).cluster.onShortage).toEqual({ do: 'fail' });
  expect(after({ access: { kind: 'private' } }).access).toEqual({ kind: 'private' });
  expect(() => requestedFields(undefined, { location: 'uksouth', access: { kind: 'public' } })).toThrow();
});

test('a new stack needs its region', () => {
  expect(() => requestedFields(undefined, {})).toThrow(
    expect.objectContaining({
      problem: expect.objectContaining({ cause: 'location: is required for a new stack' }) as unknown,
    }) as Error,
  );
});

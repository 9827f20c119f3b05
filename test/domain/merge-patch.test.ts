import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyPatch, differences, patchBetween } from '../../lib/domain/merge-patch.ts';

test('only members of the patch are compared', () => {
  const found = { sku: { name: 'Basic', tier: 'Basic' }, tags: { team: 'ml' }, size: 3 };
  expect(differences(found, { sku: { name: 'Standard' }, size: 3 })).toEqual([
    { path: 'sku.name', before: 'Basic', after: 'Standard' },
  ]);
  expect(differences(found, { sku: undefined })).toEqual([]);
});

test('null removes a member, and is no difference if the member is absent', () => {
  expect(differences({ tags: { old: 'x' } }, { tags: { old: null, gone: null } })).toEqual([
    { path: 'tags.old', before: 'x' },
  ]);
  expect(applyPatch({ tags: { old: 'x', kept: 'y' } }, { tags: { old: null } })).toEqual({
    tags: { kept: 'y' },
  });
});

test('a member named like an inherited property is compared like others', () => {
  expect(differences({}, { constructor: 'x' })).toEqual([{ path: 'constructor', after: 'x' }]);
});

test('an object without members counts as absent, and replaces a plain value', () => {
  expect(differences({ a: {} }, { a: null })).toEqual([]);
  expect(differences({}, { a: {} })).toEqual([]);
  expect(differences({ a: 3 }, { a: {} })).toEqual([{ path: 'a', before: 3, after: {} }]);
});

test('lists are compared as a whole', () => {
  expect(differences({ taints: ['a'] }, { taints: ['a', 'b'] })).toEqual([
    { path: 'taints', before: ['a'], after: ['a', 'b'] },
  ]);
});

const object = fc.object({
  key: fc.constantFrom('a', 'b', 'c'),
  values: [fc.boolean(), fc.nat(3)],
  withNullPrototype: false,
});

test('a patch between two objects leaves no difference after it is applied', () => {
  fc.assert(
    fc.property(object, object, (before, after) => {
      const patch = patchBetween(before, after) as object;
      const patched = applyPatch(before, patch);
      expect(differences(patched, patch)).toEqual([]);
      expect(differences(before, patch).length === 0).toBe(differences(before, after).length === 0 && differences(after, before).length === 0); // prettier-ignore
    }),
  );
});

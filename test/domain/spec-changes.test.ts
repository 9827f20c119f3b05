import { expect, test } from 'vitest';
import { specChanges } from '../../lib/domain/spec-changes.ts';
import { specOf } from '../helpers/specs.ts';

const before = specOf('default');

test('an unchanged spec has no changes', () => {
  expect(specChanges(before, structuredClone(before))).toEqual([]);
});

test('changes are shown in short', () => {
  const lin = { id: '5f0d3c6e-0000-4000-8000-000000000111', name: 'lin', type: 'User' as const };
  const after = {
    ...specOf('default', {
      cluster: { maxNodes: 5, gpu: { nodeSize: 'Standard_NC4as_T4_v3' } },
      tags: { note: `AccountKey=${'a'.repeat(86)}==;x` },
    }),
    members: [lin],
  };
  expect(specChanges(before, after)).toEqual([
    'cluster.maxNodes: 3 → 5',
    'cluster.gpu.nodeSize: none → Standard_NC4as_T4_v3',
    'cluster.gpu.maxNodes: none → 1',
    'cluster.gpu.spot: none → false',
    expect.stringMatching(/^tags\.note: none → (?!.*aaaa)/),
    'members: none → lin',
  ]);
});

test('of many changes the first are shown', () => {
  const tags = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`tag${index}`, 'x'.repeat(200)]));
  const changes = specChanges(before, { ...before, tags });
  expect(changes).toHaveLength(21);
  expect(changes.at(-1)).toBe('and 10 more');
  expect(Math.max(...changes.map(({ length }) => length))).toBeLessThan(100);
});

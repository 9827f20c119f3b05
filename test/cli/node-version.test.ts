import { expect, test } from 'vitest';
import manifest from '../../cli/package.json' with { type: 'json' };
import { unsupportedNode } from '../../cli/node-version.ts';

test.each(['22.12.0', '22.13.1', '24.0.0', '26.1.0-nightly'])('%s is new enough', (version) => {
  expect(unsupportedNode(version)).toBeUndefined();
});

test.each(['22.11.0', '20.20.2', '18.0.0', '8.17.0'])('%s is too old', (version) => {
  expect(unsupportedNode(version)).toMatch(new RegExp(`needs Node\\.js 22\\.12 .* ${version}: .*\\.$`));
});

test('the limit is the one of package.json', () => {
  const limit = manifest.engines.node.replace('>=', '');
  expect(unsupportedNode(`${limit}.0`)).toBeUndefined();
  expect(unsupportedNode('0.0.0')).toContain(limit);
});

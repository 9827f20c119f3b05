import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const LAYERS = [
  ...['activities', 'azure', 'commands', 'domain', 'kubernetes', 'manifests', 'pricing', 'tables'].map(
    (name) => `lib/${name}`,
  ),
  'functions',
  'orchestrations',
];

/** Components whose names are also terms of Azure or Kubernetes. */
const COMMON_TERMS = ['registry', 'gateway', 'gpu'];

const tools = defaultCatalogue.components
  .map(({ name }) => name)
  .filter((name) => !COMMON_TERMS.includes(name));

test.each(LAYERS)('%s does not mention specific tools', (layer) => {
  const files = readdirSync(join(ROOT, layer), { recursive: true, encoding: 'utf8' });
  const offenders = files
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => new RegExp(tools.join('|'), 'i').test(readFileSync(join(ROOT, layer, file), 'utf8')));
  expect(offenders).toEqual([]);
});

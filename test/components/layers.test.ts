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

/** Those whose names are words of Azure or Kubernetes too. */
const WORDS = ['registry', 'gateway', 'gpu'];

const tools = defaultCatalogue.components.map(({ name }) => name).filter((name) => !WORDS.includes(name));

test.each(LAYERS)('%s names no tool: what is special of one belongs to its component', (layer) => {
  const files = readdirSync(join(ROOT, layer), { recursive: true, encoding: 'utf8' });
  const naming = files
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => new RegExp(tools.join('|'), 'i').test(readFileSync(join(ROOT, layer, file), 'utf8')));
  expect(naming).toEqual([]);
});

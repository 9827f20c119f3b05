import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig, saveConfig, writeConfig } from '../../cli/config.ts';
import { plain } from '../../cli/render/text.ts';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'matcha-config-'));
  file = join(directory, 'matcha.config.json');
});

afterEach(() => rm(directory, { recursive: true }));

test('without a file nothing is configured', async () => {
  expect(await readConfig(directory)).toEqual({});
});

test('written values are read again, and other members stay', async () => {
  await writeFile(file, '{"stack": "demo", "team": {"lead": "ada"}}');
  expect(await writeConfig(directory, { preset: 'llm' })).toBe(true);
  expect(await readConfig(directory)).toEqual({ stack: 'demo', preset: 'llm' });
  expect(JSON.parse(await readFile(file, 'utf8'))).toHaveProperty('team', { lead: 'ada' });
});

test('a file with the same values is not written again', async () => {
  const text = '{ "stack":   "demo" }';
  await writeFile(file, text);
  expect(await writeConfig(directory, { stack: 'demo' })).toBe(false);
  expect(await readFile(file, 'utf8')).toBe(text);
});

test.each(['{', '[]', '"demo"', '{"stack": {"name": "llm"}}'])(
  '%s is refused, naming the file',
  async (text) => {
    await writeFile(file, text);
    await expect(readConfig(directory)).rejects.toThrow('matcha.config.json');
  },
);

test('what is written is announced, and nothing when nothing changes', async () => {
  const announced: string[] = [];
  const print = (lines: readonly string[]) => void announced.push(...lines);
  const place = { directory, terminal: { err: { look: { width: 80, paint: plain }, print } } };
  expect(await saveConfig(place, { server: 'http://localhost:7071', stack: 'demo' })).toBe(true);
  expect(await saveConfig(place, { stack: 'demo' })).toBe(false);
  expect(announced).toEqual(['Wrote matcha.config.json: server http://localhost:7071, stack demo']);
});

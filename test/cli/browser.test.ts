import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { browserOf, openInBrowser } from '../../cli/browser.ts';

test.each([
  ['linux', { DISPLAY: ':0' }, ['xdg-open']],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open']],
  ['linux', {}, undefined],
  ['linux', { BROWSER: 'firefox' }, ['firefox']],
  ['linux', { DISPLAY: ':0', BROWSER: 'none' }, undefined],
  ['darwin', {}, ['open']],
  ['win32', {}, ['rundll32', 'url.dll,FileProtocolHandler']],
] as const)('the browser on %s with %j is %j', (platform, environment, program) => {
  expect(browserOf(platform, environment)).toEqual(program);
});

test('the address is one argument, and no shell reads it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'matcha-browser-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const browser = join(directory, 'browser');
  await writeFile(browser, '#!/bin/sh\nprintf "%s|" "$@" > "$0.args"\n');
  await chmod(browser, 0o755);
  const url = 'https://demo.example.com/?a=1&b=$(touch x);#e f';
  expect(await openInBrowser(url, [browser])).toBe(true);
  await expect.poll(() => readFile(`${browser}.args`, 'utf8').catch(() => '')).toBe(`${url}|`);
});

test('without a browser nothing is opened', async () => {
  expect(await openInBrowser('https://demo.example.com', ['/nowhere/browser'])).toBe(false);
  expect(await openInBrowser('https://demo.example.com', [])).toBe(false);
});

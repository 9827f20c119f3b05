import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../cli/command-table.ts';
import type { Run } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { matchaHere } from '../helpers/in-process.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane({ speed: 1200 });
  await plane.provision('demo', { location: 'uksouth', components: ['mlflow'] });
});
afterAll(() => plane.close());

const HOSTILE: [string, string][] = [
  ['blank', ' '],
  ['empty', ''],
  ['a parent folder', '..'],
  ['a path', 'demo/../..'],
  ['a query', 'demo?x=1'],
  ['very long', 'x'.repeat(20_000)],
  ['a terminal sequence', 'a\u001b[31mb\n'],
];

/** The words of each command that takes an argument or the name of a stack. */
const TARGETS = COMMANDS.filter(({ usage }) => /[[<]/.test(usage)).map(({ usage }) =>
  usage.split(' ').filter((word) => /^[a-z]/.test(word)),
);

const run = (...words: string[]) => matchaHere(plane.url)(...words);

/** What every refusal of a command line has to be. */
function expectRefused({ code, stdout, stderr }: Run, wanted = 2): void {
  expect(code, stderr).toBe(wanted);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^✖ /);
  expect(stderr).not.toContain('undefined');
  expect(stderr).not.toContain('\u001b');
  expect(stderr.length).toBeLessThan(1000);
}

test('a blank argument is refused by each command', async () => {
  for (const words of TARGETS) {
    const needed = words[0] === 'provision' ? ['--location', 'uksouth', '--yes'] : [];
    const confirmed = /^(stack (add|remove)|upgrade|unlock|cancel)/.test(words.join(' ')) ? ['--yes'] : [];
    // An unknown output is a failed search, and not wrong usage.
    expectRefused(await run(...words, ...needed, ...confirmed, '--', ' '), words[0] === 'get' ? 1 : 2);
  }
});

test.each(HOSTILE)('a name that is %s is refused, wherever it comes from', async (_, name) => {
  expectRefused(await run('watch', '--', name));
  expectRefused(await run('get', `--stack=${name}`));
  expectRefused(await run('operation', 'show', '--', name));
});

test('a name in capitals means the stack in small letters, for every command', async () => {
  expect(await run('status', 'Demo')).toMatchObject({ code: 0 });
});

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS, wordsOf } from '../../cli/command-table.ts';
import type { ImageView } from '../../lib/api/image.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { catalogueWithFreePorts } from '../helpers/free-ports.ts';

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;

beforeAll(async () => {
  plane = await startPlane({ speed: 1000, catalogue: (await catalogueWithFreePorts()).catalogue });
  // Sign-ins of this machine stay as they are.
  const folder = mkdtempSync(join(tmpdir(), 'matcha-config-'));
  run = matcha(plane.url, undefined, { XDG_CONFIG_HOME: folder });
});
afterAll(() => plane.close());

interface Row {
  /** The words after those of the command. */
  args: string[] | (() => Promise<string[]>);
  exit?: number;
  /** What stdout has that is no JSON: a script, or the output of another command. */
  text?: RegExp;
}

const lastOperation = async () => [(await plane.stack('demo')).lastOperation ?? ''];

async function lastImage(): Promise<string[]> {
  const { stdout } = await run('image', 'list', 'demo', '--json');
  const { images } = JSON.parse(stdout) as { images: ImageView[] };
  return [images[0]?.id ?? '', '--stack', 'demo'];
}

/** A run of each command on one stack, in this order. */
const ROWS: Record<string, Row> = {
  doctor: { args: [] },
  whoami: { args: [] },
  login: { args: ['--azure-cli'] },
  logout: { args: [] },
  link: { args: ['slack'] },
  unlink: { args: ['slack'] },
  catalogue: { args: [] },
  completion: { args: ['bash'], text: /^_matcha\(\)/ },
  init: { args: ['--stack', 'demo'] },
  'stack list': { args: [] },
  'stack set': { args: ['default'] },
  plan: { args: ['demo', '--location', 'uksouth'] },
  provision: { args: ['demo', '--location', 'uksouth', '--components', 'registry,zenml,mlflow', '--yes'] },
  diff: { args: ['demo', '--max-nodes', '5'] },
  list: { args: [] },
  status: { args: ['demo'] },
  watch: { args: ['demo'] },
  get: { args: [] },
  open: { args: ['demo', 'mlflow'] },
  env: { args: ['demo'] },
  kubeconfig: { args: ['demo'] },
  connect: {
    args: ['demo', '--', 'sh', '-c', 'echo "$MLFLOW_TRACKING_URI"'],
    text: /^http:\/\/localhost:\d+\n$/,
  },
  logs: { args: ['demo', 'mlflow'] },
  events: { args: ['demo'] },
  'operation show': { args: lastOperation },
  'operation watch': { args: lastOperation },
  'operation cancel': { args: async () => [...(await lastOperation()), '--yes'], exit: 5 },
  'image build': { args: ['demo'] },
  'image list': { args: ['demo'] },
  'image log': { args: lastImage },
  'stack add': { args: ['chroma', '--stack', 'demo', '--yes'] },
  'stack remove': { args: ['chroma', '--stack', 'demo', '--yes', '--allow-removal'] },
  'member add': { args: ['lin', '--stack', 'demo', '--yes'] },
  'member list': { args: ['demo'] },
  'member remove': { args: ['lin', '--stack', 'demo', '--yes'] },
  verify: { args: ['demo', '--no-wait'] },
  upgrade: { args: ['demo', '--yes'], exit: 5 },
  wake: { args: ['demo'] },
  // Nothing runs on a hibernated stack, not even a verification.
  hibernate: { args: ['demo'] },
  cancel: { args: ['demo', '--yes'] },
  unlock: { args: ['demo', '--yes'], exit: 5 },
  destroy: { args: ['demo', '--confirm', 'demo'] },
};

describe('--json without a terminal', () => {
  test('has a row for every command', () => {
    expect(Object.keys(ROWS).sort()).toEqual(COMMANDS.map((spec) => wordsOf(spec).join(' ')).sort());
  });

  test.each(Object.entries(ROWS))('%s prints one document', async (command, { args, exit = 0, text }) => {
    const more = typeof args === 'function' ? await args() : args;
    const { code, stdout, stderr } = await run(...command.split(' '), '--json', ...more);
    expect(code, stderr).toBe(exit);
    expect(stdout + stderr).not.toContain('\u001b');
    if (exit !== 0)
      expect({ stdout, complaint: JSON.parse(stderr) as unknown }).toMatchObject({
        stdout: '',
        complaint: { code: expect.any(String) as string },
      });
    else if (text !== undefined) expect(stdout).toMatch(text);
    else expect(() => void JSON.parse(stdout)).not.toThrow();
  });

  test('a command that is refused prints its complaint on stderr', async () => {
    const { code, stdout, stderr } = await run('status', 'nowhere', '--json');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ code: 'STACK_NOT_FOUND', stack: 'nowhere' });
  });
});

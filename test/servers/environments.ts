import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const FOLDER = join(import.meta.dirname, '../../.matcha/servers-venv');
/** The program that installs and resolves packages, when there are environments. */
export const UV = join(FOLDER, 'uv/bin/uv');
/** The images of MLflow, ZenML and Evidently have Python 3.11. */
const INTERPRETERS = ['python3.11', 'python3.12', 'python3.13', 'python3.10', 'python3'];
const INSTALL_TIMEOUT_MS = 10 * 60_000;

/** The folders with the programs of the virtual environments, or the reason why the tests are skipped. */
export type Environments<Name extends string> = Record<Name, string> | { skip: string };

/**
 * Returns virtual environments with the required packages, which are cached between runs. Everything is skipped without
 * Python or a package index. Rejects if an installation fails.
 */
export async function environmentsFor<Name extends string>(
  requirements: Record<Name, string[]>,
  report: (text: string) => void,
): Promise<Environments<Name>> {
  const names = Object.keys(requirements) as Name[];
  const bins: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const folder = join(FOLDER, name);
    const marker = join(folder, 'installed.json');
    const key = JSON.stringify(requirements[name]);
    bins[name] = join(folder, 'bin');
    if ((await readFile(marker, 'utf8').catch(() => '')) === key) continue;

    const python = await firstPython();
    if (python === undefined) return { skip: 'there is no Python 3.10 or newer' };
    const uv = await installer(python);
    if (uv === undefined) return { skip: 'no package index is reachable' };
    report(`installing the packages of the environment ${name}`);
    await rm(folder, { recursive: true, force: true });
    await run(uv, ['venv', '--quiet', '--seed', '--python', python, folder]);
    await run(uv, ['pip', 'install', '--quiet', '--python', folder, ...requirements[name]], {
      timeout: INSTALL_TIMEOUT_MS,
    });
    // Written last, so that an interrupted installation is repeated.
    await writeFile(marker, key);
  }
  return bins as Record<Name, string>;
}

async function firstPython(): Promise<string | undefined> {
  for (const name of INTERPRETERS) {
    const check = ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))'];
    const works = await run(name, check).then(
      () => true,
      () => false,
    );
    if (works) return name;
  }
  return undefined;
}

/** uv, which installs the packages in a tenth of the time of pip; undefined if it cannot be downloaded. */
async function installer(python: string): Promise<string | undefined> {
  const folder = join(FOLDER, 'uv');
  if (existsSync(UV)) return UV;
  await run(python, ['-m', 'venv', folder]);
  return run(join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', 'uv']).then(
    () => UV,
    () => undefined,
  );
}

import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const FOLDER = join(import.meta.dirname, '../../.matcha/servers-venv');
/** The images of MLflow and ZenML have Python 3.11. */
const INTERPRETERS = ['python3.11', 'python3.12', 'python3.13', 'python3.10', 'python3'];
const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** A tool in the Python package index. */
export interface PythonPackage {
  name: string;
  /** The extras of the package. */
  extras: string[];
  /** The version in the catalogue. */
  pin: string;
  /** Additional packages in the image of the tool. */
  requirements: string[];
}

/** The installation of a tool, or the reason why its tests are skipped. */
export type Environment = { bin: string; note: string } | { skip: string };

/**
 * Returns a virtual environment with the package, which is cached between runs. The tool is skipped without Python or
 * a package index. Rejects if the installation fails.
 */
export async function environmentFor(
  wanted: PythonPackage,
  report: (text: string) => void,
): Promise<Environment> {
  const folder = join(FOLDER, `${wanted.name}-${wanted.pin}`);
  const marker = join(folder, 'installed.json');
  const key = JSON.stringify(wanted);
  const cached = await readFile(marker, 'utf8').then(parseMarker, () => undefined);
  const bin = join(folder, 'bin');
  if (cached?.key === key) return { bin, note: cached.note };

  const python = await firstPython();
  if (python === undefined) return { skip: 'there is no Python 3.10 or newer' };
  const available = await versionsOf(python, wanted.name);
  if (available.length === 0) return { skip: `no reachable package index has ${wanted.name}` };

  const version = nearest(wanted.pin, available);
  const note =
    version === wanted.pin ? '' : `${wanted.name} ${wanted.pin} is not available; using ${version}`;
  report(`installing ${wanted.name} ${version}, which may take minutes`);
  await rm(folder, { recursive: true, force: true });
  await run(python, ['-m', 'venv', folder]);
  const extras = wanted.extras.length > 0 ? `[${wanted.extras.join(',')}]` : '';
  await run(
    join(bin, 'python'),
    ['-m', 'pip', 'install', '--quiet', `${wanted.name}${extras}==${version}`, ...wanted.requirements],
    { timeout: INSTALL_TIMEOUT_MS },
  );
  // Written last, so that an interrupted installation is repeated.
  await writeFile(marker, JSON.stringify({ key, note }));
  return { bin, note };
}

const parseMarker = (text: string) => JSON.parse(text) as { key: string; note: string };

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

/** The available versions, newest first; empty if the index is unavailable. */
async function versionsOf(python: string, name: string): Promise<string[]> {
  const listing = await run(python, ['-m', 'pip', 'index', 'versions', name]).then(
    ({ stdout }) => stdout,
    () => '',
  );
  const versions = /^Available versions: (.+)$/m.exec(listing)?.[1];
  return versions?.split(', ') ?? [];
}

/** The pinned version, else the newest earlier one, else the oldest. */
function nearest(pin: string, newestFirst: string[]): string {
  const found = newestFirst.find((version) => version.localeCompare(pin, undefined, { numeric: true }) <= 0);
  return found ?? newestFirst.at(-1) ?? pin;
}

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Go modules of their own: `go.mod` has the versions, `go.sum` the checksums of all sources. */
const MODULES = join(import.meta.dirname, 'modules');

/** The programs of a cluster, with the Go packages they are built from. */
const PACKAGES = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
};

export type Program = keyof typeof PACKAGES;

const PROGRAMS = Object.keys(PACKAGES) as Program[];

/** What a cluster is started from. */
export interface Programs {
  /** Such as `1.36.3`. */
  version: string;
  path: Record<Program, string>;
  /** A folder with the CustomResourceDefinitions of the Gateway API, as YAML. */
  gatewayApi: string;
}

/**
 * Returns the programs of a cluster from the cache in the home folder, where they are built once for each version.
 * `skip` says why that is not possible here: there is no Go, or no proxy for Go modules.
 * @throws if a build fails, or if a source does not have the checksum in `go.sum`.
 */
export async function findPrograms(report: (text: string) => void): Promise<Programs | { skip: string }> {
  const version = await versionOf('kubernetes', 'k8s.io/kubernetes');
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'matcha');
  const folder = join(cache, `kubernetes-${version}`);
  const gatewayApi = join(cache, `gateway-api-${await versionOf('gateway-api', 'sigs.k8s.io/gateway-api')}`);
  const path = Object.fromEntries(PROGRAMS.map((name) => [name, join(folder, name)])) as Programs['path'];

  const missing: Program[] = [];
  for (const name of PROGRAMS) if (!(await exists(path[name]))) missing.push(name);
  const needsDefinitions = !(await exists(gatewayApi));
  const programs = { version, path, gatewayApi };
  if (missing.length === 0 && !needsDefinitions) return programs;

  const go = await run('go', ['version']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  if (go === undefined) return { skip: `there is no Go to build Kubernetes ${version} with` };
  report(`building ${missing.join(', ')} of Kubernetes ${version} with ${go}; the first build takes minutes`);
  const skip =
    (await download('kubernetes', [])) ?? (await download('gateway-api', ['sigs.k8s.io/gateway-api']));
  if (skip !== undefined) return { skip };

  await mkdir(folder, { recursive: true });
  for (const name of missing) await build(name, path[name], report);
  if (needsDefinitions) await copyDefinitions(gatewayApi);
  return programs;
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The version of a module in `go.mod`, without the leading v. */
async function versionOf(folder: string, module: string): Promise<string> {
  const text = await readFile(join(MODULES, folder, 'go.mod'), 'utf8');
  const version = new RegExp(`^(?:require)?\\s+${module.replaceAll('.', '\\.')} v(\\S+)`, 'm').exec(
    text,
  )?.[1];
  if (version === undefined) throw new Error(`${folder}/go.mod does not require ${module}.`);
  return version;
}

/** Downloads modules. Returns why they are not reachable, if so. */
async function download(folder: string, modules: string[]): Promise<string | undefined> {
  try {
    await run('go', ['mod', 'download', ...modules], { cwd: join(MODULES, folder) });
    return undefined;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    if (/SECURITY ERROR|checksum mismatch|missing go\.sum/.test(stderr)) throw error;
    return `the Go modules of ${folder} cannot be downloaded: ${stderr.trim().split('\n').at(-1) ?? ''}`;
  }
}

const REPORT_MS = 20_000;

async function build(name: Program, target: string, report: (text: string) => void): Promise<void> {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  // Renamed when it is complete, so that an interrupted build is repeated.
  const partial = `${target}.${process.pid}`;
  // A compiler takes up to 1 GB of memory. -s and -w leave out symbols for debuggers.
  const jobs = String(Math.min(availableParallelism(), 4));
  const args = ['build', '-v', '-p', jobs, '-ldflags=-s -w', '-o', partial, PACKAGES[name]];
  const child = spawn('go', args, {
    cwd: join(MODULES, 'kubernetes'),
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const lines: string[] = [];
  createInterface(child.stderr).on('line', (line) => lines.push(line));
  const timer = setInterval(() => report(`${name}: ${lines.length} packages in ${seconds()}`), REPORT_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  if (code !== 0) throw new Error(`go build ${PACKAGES[name]} failed:\n${lines.slice(-20).join('\n')}`);
  await rename(partial, target);
  report(`${name}: built in ${seconds()}`);
}

/** Copies the CustomResourceDefinitions of the standard channel, which AKS installs. */
async function copyDefinitions(target: string): Promise<void> {
  const { stdout } = await run('go', ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/gateway-api'], {
    cwd: join(MODULES, 'gateway-api'),
  });
  const source = join(stdout.trim(), 'config/crd/standard');
  const partial = `${target}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  const files = (await readdir(source)).filter((file) => file.startsWith('gateway.networking.k8s.io_'));
  for (const file of files) await copyFile(join(source, file), join(partial, file));
  await rename(partial, target);
}

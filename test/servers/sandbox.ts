import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Parts } from './container.ts';
import { freePort } from '../helpers/free-port.ts';

/** A folder and a port on this machine that replace the paths and the port of a container. */
export interface Sandbox {
  folder: string;
  /** The working directory of the process. It is not on a volume, so the process must not create files in it. */
  workingFolder: string;
  port: number;
  /** Replaces the paths, port and address of the container in a command or a file. */
  localize: (text: string) => string;
  /** Replaces paths in a variable, and the port if it is the whole value. */
  localizeVariable: (text: string) => string;
}

/** Creates folders for the volumes of the container, and the files of ConfigMaps and Secrets. */
export async function createSandbox(
  name: string,
  { container, volumes, configMaps, secrets }: Parts,
): Promise<Sandbox> {
  const folder = mkdtempSync(join(tmpdir(), `matcha-${name}-`));
  const containerPort = String(container.ports[0]?.containerPort);
  const port = await freePort();

  const paths = container.volumeMounts.map(({ mountPath }) => mountPath);
  // Only complete path segments: /mlflow is a path in sqlite:////mlflow/mlflow.db, but not in http://mlflow.mlflow.
  const anyPath = new RegExp(`(${paths.join('|')})(?=/|$|\\s|")`, 'gm');
  const withPaths = (text: string) => text.replaceAll(anyPath, (path) => join(folder, path));
  const localize = (text: string) =>
    withPaths(text)
      .replace(new RegExp(`\\b${containerPort}\\b`), String(port))
      .replaceAll('0.0.0.0', '127.0.0.1');

  for (const { name: volume, mountPath, subPath } of container.volumeMounts) {
    const path = join(folder, mountPath);
    const { configMap, secret } = volumes.find((candidate) => candidate.name === volume) ?? {};
    const files = configMaps.get(configMap?.name ?? '') ?? secrets.get(secret?.secretName ?? '');
    if (configMap === undefined && secret === undefined) {
      mkdirSync(path, { recursive: true });
      continue;
    }
    const text = files?.[subPath ?? ''];
    if (text === undefined) throw new Error(`There is no file to mount at ${mountPath}.`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, localize(text));
  }
  const workingFolder = join(folder, 'working-folder');
  mkdirSync(workingFolder);
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  const localizeVariable = (text: string) => (text === containerPort ? String(port) : withPaths(text));
  return { folder, workingFolder, port, localize, localizeVariable };
}

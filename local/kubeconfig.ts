import { KubeConfig, type User } from '@kubernetes/client-node';
import { isLoopback } from '../lib/domain/loopback.ts';
import { UsageError } from './usage-error.ts';

/** A kubeconfig file with a current context that can be used. */
export interface Kubeconfig {
  config: KubeConfig;
  /** The address of the API server. */
  server: URL;
  /** The command line that the client library runs on this machine to get credentials, if any. */
  command?: string;
}

/** Reads a kubeconfig file. Nothing in it is run. */
export function readKubeconfig(file: string): Kubeconfig {
  const config = load(file);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new UsageError(`${file} has no current context with a cluster. Set one, or use another file.`);
  if (!URL.canParse(cluster.server))
    throw new UsageError(`The cluster in ${file} has no valid address: ${cluster.server}`);
  const server = new URL(cluster.server);
  const isSafe = server.protocol === 'https:' || (server.protocol === 'http:' && isLoopback(server.hostname));
  if (!isSafe)
    throw new UsageError(
      `The API server in ${file}, ${cluster.server}, has no https address, so anyone on the network could read its ` +
        'credentials. Use an https address; http is accepted on this machine only.',
    );
  const command = commandOf(config.getCurrentUser());
  return { config, server, ...(command !== undefined && { command }) };
}

function load(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === undefined
        ? `${file} is not a kubeconfig: ${message.split('\n')[0] ?? ''}`
        : `The kubeconfig ${file} cannot be read (${code}).`,
    );
  }
  return config;
}

/** Credential plugins; the providers `gcp` and `azure` are older forms of them. */
interface Credentials {
  exec?: Plugin;
  authProvider?: { config?: { exec?: Plugin; 'cmd-path'?: string; 'cmd-args'?: string } };
}

interface Plugin {
  command?: string;
  args?: string[];
  env?: { name: string; value: string }[];
}

function commandOf(user: User | null): string | undefined {
  const { exec, authProvider } = (user ?? {}) as Credentials;
  const plugin = exec ?? authProvider?.config?.exec;
  if (plugin?.command !== undefined) {
    const settings = (plugin.env ?? []).map(({ name, value }) => `${name}=${shown(value)}`);
    return [...settings, ...[plugin.command, ...(plugin.args ?? [])].map(shown)].join(' ');
  }
  const { 'cmd-path': path, 'cmd-args': words } = authProvider?.config ?? {};
  return path === undefined ? undefined : `${shown(path)} ${shown(words ?? '')}`;
}

/** A word as a person can check it. The file must not move the cursor or hide what follows. */
const shown = (word: string): string => (/^[\w./:=@%+,-]*$/.test(word) ? word : JSON.stringify(word));

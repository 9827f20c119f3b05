import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { KubeConfig, type User } from '@kubernetes/client-node';
import { isLoopback } from '../lib/domain/loopback.ts';
import { UsageError } from './usage-error.ts';

/** A kubeconfig file with a current context that can be used. */
export interface Kubeconfig {
  config: KubeConfig;
  /** The address of the API server. */
  server: URL;
  /** Whether the cluster has the GatewayClass that public access needs. */
  hasGateway: boolean;
  /** The command line that the client library runs on this machine to get credentials, if any. */
  command?: string;
}

/** Reads a kubeconfig file. Nothing in it is run, and nothing is asked of the cluster. */
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
  return { config, server, hasGateway: false, ...(command !== undefined && { command }) };
}

/** Begins a request to the API server, with the credentials of the kubeconfig. Rejects if there are none. */
export async function requestTo(
  { config, server }: Kubeconfig,
  path: string,
  { method, headers }: Pick<RequestOptions, 'method' | 'headers'>,
  onAnswer: (answer: IncomingMessage) => void,
): Promise<ClientRequest> {
  const { protocol, pathname, hostname } = server;
  const options: RequestOptions = {
    method: method ?? 'GET',
    headers: headers ?? {},
    // Otherwise the name in the Host header is the one that the certificate must have.
    ...(isIP(hostname.replace(/[[\]]/g, '')) === 0 && { servername: hostname }),
  };
  await config.applyToHTTPSOptions(options);
  // An API server behind `kubectl proxy` uses plain HTTP, which an HTTPS agent cannot send.
  const isPlain = protocol === 'http:';
  if (isPlain) delete options.agent;
  const target = new URL(pathname.replace(/\/$/, '') + path, server);
  return (isPlain ? httpRequest : httpsRequest)(target, options, onAnswer);
}

function load(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`The kubeconfig ${file} does not exist.`);
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

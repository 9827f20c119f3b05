import {
  request as httpRequest,
  STATUS_CODES,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { KubeConfig } from '@kubernetes/client-node';
import type { ClusterBackend } from './azure/index.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { closeServer, createLoopbackServer, listenOnLoopback, Refusal, urlOf } from './loopback-server.ts';

export interface ClusterProxy extends ClusterBackend {
  close(): Promise<void>;
}

export interface ClusterProxyOptions {
  /** Its current context and credentials are used. */
  kubeconfig: Kubeconfig;
  /** Authorizes the bearer token of every request, as a real AKS cluster does with Azure. */
  authorize: (clusterId: string, token: string | undefined) => 'allowed' | 'unauthenticated' | 'forbidden';
}

const STATUS = { unauthenticated: 401, forbidden: 403 };
const PREFIX = /^\/clusters\/([^/]+)/;

/**
 * Lets the simulated AKS use an existing cluster (kind, k3d, minikube) in place of simulated ones. The proxy replaces
 * the simulated tokens by the credentials of the kubeconfig, so that these never enter the control plane. It passes on
 * tokens that the cluster itself issued, and WebSockets.
 */
export async function startClusterProxy({
  kubeconfig,
  authorize,
}: ClusterProxyOptions): Promise<ClusterProxy> {
  const { config, server: target } = kubeconfig;
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const anonymous = new KubeConfig();
  const cluster = config.getCurrentCluster();
  if (cluster !== null) anonymous.loadFromClusterAndUser(cluster, { name: 'caller' });

  /** The request to the existing cluster; the status of a refusal for a caller that may not send it. */
  const forwarded = async (incoming: IncomingMessage): Promise<ClientRequest | number> => {
    urlOf(incoming);
    const [prefix = '', slug = ''] = PREFIX.exec(incoming.url ?? '') ?? [];
    const { authorization, host: _, ...headers } = incoming.headers;
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    const decision = authorize(decodeURIComponent(slug), token);
    // A token that is not of the simulated Azure may be one that the cluster issued. The cluster checks it.
    const isOwn = decision === 'unauthenticated' && token !== undefined;
    if (decision !== 'allowed' && !isOwn) return STATUS[decision];
    const options: RequestOptions = {
      method: incoming.method ?? 'GET',
      headers: { ...headers, ...(isOwn && { authorization }) },
    };
    await (isOwn ? anonymous : config).applyToHTTPSOptions(options);
    // An API server behind `kubectl proxy` uses plain HTTP, which an HTTPS agent cannot send.
    if (send === httpRequest) delete options.agent;
    const path = target.pathname.replace(/\/$/, '') + (incoming.url ?? '').slice(prefix.length);
    return send(new URL(path, target), options);
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const outgoing = await forwarded(incoming);
    if (typeof outgoing === 'number') return void response.writeHead(outgoing).end();
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  };

  const upgraded = new Set<Duplex>();
  const upgrade = async (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    const outgoing = await forwarded(incoming);
    if (typeof outgoing === 'number') return void socket.end(headOf(outgoing, []));
    outgoing.on('error', () => socket.destroy());
    outgoing.on('response', (answer) => {
      socket.write(headOf(answer.statusCode ?? 502, ['Connection', 'close']));
      answer.pipe(socket);
    });
    outgoing.on('upgrade', (answer, other: Duplex, otherHead: Buffer) => {
      socket.write(headOf(101, answer.rawHeaders));
      socket.write(otherHead);
      other.write(head);
      other.once('error', () => socket.destroy());
      other.once('close', () => socket.destroy());
      socket.once('close', () => other.destroy());
      other.pipe(socket);
      socket.pipe(other);
    });
    outgoing.end();
  };

  const server = createLoopbackServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      if (error instanceof Refusal) response.writeHead(error.status).end(error.message);
      else response.destroy();
    });
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrade(incoming, socket, head).catch(() => socket.destroy());
  });
  const port = await listenOnLoopback(server, 0);
  // The lifecycle of an existing cluster belongs to its owner.
  const ignore = () => undefined;
  return {
    create: ignore,
    stop: ignore,
    start: ignore,
    delete: ignore,
    endpoint: (id) => ({ server: `http://127.0.0.1:${port}/clusters/${encodeURIComponent(id)}` }),
    close() {
      for (const socket of upgraded) socket.destroy();
      return closeServer(server);
    },
  };
}

/** The head of a response; `headers` are names and values in turn. */
function headOf(status: number, headers: readonly string[]): string {
  const lines = [`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`];
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at] ?? ''}: ${headers[at + 1] ?? ''}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

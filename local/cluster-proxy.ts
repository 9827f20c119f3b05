import { STATUS_CODES, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { KubeConfig } from '@kubernetes/client-node';
import { isLoopback } from '../lib/domain/loopback.ts';
import type { ClusterBackend } from './azure/index.ts';
import { requestTo, type Kubeconfig } from './kubeconfig.ts';
import { ApiError, unauthorized } from './kubernetes/status.ts';
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

const DENIALS = {
  unauthenticated: unauthorized(),
  forbidden: new ApiError(
    403,
    'Forbidden',
    'User does not have access to the resource in Azure. Update role assignment to allow access.',
  ),
};
const PREFIX = /^\/clusters\/([^/]+)/;
const SERVICE_PROXY = /\/services\/[^/]+\/proxy(?:\/|$)/;

/**
 * Lets the simulated AKS use an existing cluster (kind, k3d, minikube) in place of simulated ones. The proxy replaces
 * the simulated tokens by the credentials of the kubeconfig, so that these never enter the control plane. It passes on
 * tokens that the cluster itself issued, and WebSockets.
 */
export async function startClusterProxy({
  kubeconfig,
  authorize,
}: ClusterProxyOptions): Promise<ClusterProxy> {
  const anonymous = new KubeConfig();
  const cluster = kubeconfig.config.getCurrentCluster();
  if (cluster !== null) anonymous.loadFromClusterAndUser(cluster, { name: 'caller' });

  /** The request to the existing cluster; the error for a caller that may not send it. */
  const forward = async (
    incoming: IncomingMessage,
    onAnswer: (received: IncomingMessage, isOwn: boolean) => void,
  ): Promise<ClientRequest | ApiError> => {
    urlOf(incoming);
    const [prefix = '', slug = ''] = PREFIX.exec(incoming.url ?? '') ?? [];
    const { authorization, host, ...headers } = incoming.headers;
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    const decision = authorize(decodeURIComponent(slug), token);
    // A token that is not of the simulated Azure may be one that the cluster issued. The cluster checks it.
    const isOwn = decision === 'unauthenticated' && token !== undefined;
    if (decision !== 'allowed' && !isOwn) return DENIALS[decision];
    const path = (incoming.url ?? '').slice(prefix.length);
    // The API server forwards this header to services, and a tool refuses a name that it does not know: that of the
    // proxy is one of this machine, as that of a forwarded port.
    const isForTool = SERVICE_PROXY.test(path) && !isLoopback(kubeconfig.server.hostname);
    const forwarded = { ...headers, ...(isForTool && { host }), ...(isOwn && { authorization }) };
    const request = { method: incoming.method ?? 'GET', headers: forwarded };
    const target = isOwn ? { ...kubeconfig, config: anonymous } : kubeconfig;
    return requestTo(target, path, request, (received) => onAnswer(received, isOwn));
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const outgoing = await forward(incoming, (received, isOwn) => {
      if (received.statusCode === 401 && !isOwn) {
        received.resume();
        answer(response, REFUSED);
        return;
      }
      response.writeHead(received.statusCode ?? 502, received.headers);
      received.pipe(response);
    });
    if (outgoing instanceof ApiError) {
      answer(response, outgoing);
      return;
    }
    outgoing.on('error', (error) => {
      if (response.headersSent) response.destroy();
      else answer(response, new ApiError(502, undefined, error.message));
    });
    incoming.pipe(outgoing);
  };

  const upgraded = new Set<Duplex>();
  const upgrade = async (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    const outgoing = await forward(incoming, (received) => {
      socket.write(headOf(received.statusCode ?? 502, ['Connection', 'close']));
      received.pipe(socket);
    });
    if (outgoing instanceof ApiError) return void socket.end(headOf(outgoing.status.code, []));
    outgoing.on('error', () => socket.destroy());
    outgoing.on('upgrade', (received, other: Duplex, otherHead: Buffer) => {
      socket.write(headOf(101, received.rawHeaders));
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
      else answer(response, new ApiError(502, undefined, (error as Error).message));
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

/**
 * A 401 would be one of the simulated token. The text is that of Kubernetes' own roles, because the cluster has no
 * roles of Azure.
 */
const REFUSED = new ApiError(
  403,
  'Forbidden',
  'forbidden: User "of the kubeconfig": the cluster refuses these credentials (HTTP 401). Renew them.',
);

const answer = (response: ServerResponse, { status }: ApiError): void =>
  void response.writeHead(status.code, { 'content-type': 'application/json' }).end(JSON.stringify(status));

/** The head of a response; `headers` are names and values in turn. */
function headOf(status: number, headers: readonly string[]): string {
  const lines = [`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`];
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at] ?? ''}: ${headers[at + 1] ?? ''}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

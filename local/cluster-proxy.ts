import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
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
 * the simulated tokens by the credentials of the kubeconfig, so that these never enter the control plane.
 */
export async function startClusterProxy({
  kubeconfig,
  authorize,
}: ClusterProxyOptions): Promise<ClusterProxy> {
  const { config, server: target } = kubeconfig;
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    urlOf(incoming);
    const [prefix = '', slug = ''] = PREFIX.exec(incoming.url ?? '') ?? [];
    const { authorization, host: _, ...headers } = incoming.headers;
    const decision = authorize(decodeURIComponent(slug), /^Bearer (.+)$/.exec(authorization ?? '')?.[1]);
    if (decision !== 'allowed') return void response.writeHead(STATUS[decision]).end();
    const options: RequestOptions = { method: incoming.method ?? 'GET', headers };
    await config.applyToHTTPSOptions(options);
    // An API server behind `kubectl proxy` uses plain HTTP, which an HTTPS agent cannot send.
    if (send === httpRequest) delete options.agent;
    const path = target.pathname.replace(/\/$/, '') + (incoming.url ?? '').slice(prefix.length);
    const outgoing = send(new URL(path, target), options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  };

  const server = createLoopbackServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      if (error instanceof Refusal) response.writeHead(error.status).end(error.message);
      else response.destroy();
    });
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
    close: () => closeServer(server),
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
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
 * the simulated tokens by the credentials of the kubeconfig, so that these never enter the control plane.
 */
export async function startClusterProxy({
  kubeconfig,
  authorize,
}: ClusterProxyOptions): Promise<ClusterProxy> {
  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    urlOf(incoming);
    const [prefix = '', slug = ''] = PREFIX.exec(incoming.url ?? '') ?? [];
    const { authorization, host, ...headers } = incoming.headers;
    const decision = authorize(decodeURIComponent(slug), /^Bearer (.+)$/.exec(authorization ?? '')?.[1]);
    if (decision !== 'allowed') return void answer(response, DENIALS[decision]);
    const path = (incoming.url ?? '').slice(prefix.length);
    // The API server forwards this header to services, and a tool refuses a name that it does not know: that of the
    // proxy is one of this machine, as that of a forwarded port.
    const isForTool = SERVICE_PROXY.test(path) && !isLoopback(kubeconfig.server.hostname);
    const forwarded = isForTool ? { ...headers, host } : headers;
    const request = { method: incoming.method ?? 'GET', headers: forwarded };
    const outgoing = await requestTo(kubeconfig, path, request, (received) => {
      if (received.statusCode === 401) {
        received.resume();
        return void answer(response, REFUSED);
      }
      response.writeHead(received.statusCode ?? 502, received.headers);
      received.pipe(response);
    });
    outgoing.on('error', (error) => {
      if (response.headersSent) response.destroy();
      else answer(response, new ApiError(502, undefined, error.message));
    });
    incoming.pipe(outgoing);
  };

  const server = createLoopbackServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      if (error instanceof Refusal) response.writeHead(error.status).end(error.message);
      else answer(response, new ApiError(502, undefined, (error as Error).message));
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

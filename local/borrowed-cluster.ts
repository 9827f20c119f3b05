import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import type { ClusterFleet } from './azure/index.ts';

export interface BorrowedCluster extends ClusterFleet {
  close(): Promise<void>;
}

export interface BorrowOptions {
  /** A kubeconfig; its current context is used, with whatever credentials it has. */
  kubeconfig: string;
  /** Asked for every request with its bearer token, as a real AKS cluster asks Azure. */
  authorize: (clusterId: string, token: string | undefined) => 'allowed' | 'unauthenticated' | 'forbidden';
}

const REFUSALS = { unauthenticated: 401, forbidden: 403 };
const PREFIX = /^\/clusters\/([^/]+)/;

/**
 * Lends a real cluster (kind, k3d, minikube) to the simulated AKS, which hands it out as if it had made it. The
 * control plane reaches it through a proxy that puts the kubeconfig's credentials in place of the simulated
 * tokens, so that they never enter the control plane.
 */
export async function borrowCluster({ kubeconfig, authorize }: BorrowOptions): Promise<BorrowedCluster> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`${kubeconfig} has no current cluster.`);
  const target = new URL(cluster.server);
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const [prefix = '', slug = ''] = PREFIX.exec(incoming.url ?? '') ?? [];
    const { authorization, host: _, ...headers } = incoming.headers;
    const verdict = authorize(decodeURIComponent(slug), /^Bearer (.+)$/.exec(authorization ?? '')?.[1]);
    if (verdict !== 'allowed') return void response.writeHead(REFUSALS[verdict]).end();
    const options: RequestOptions = { method: incoming.method ?? 'GET', headers };
    await config.applyToHTTPSOptions(options);
    // An API server behind `kubectl proxy` speaks plain HTTP, for which an agent of HTTPS will not do.
    if (send === httpRequest) delete options.agent;
    const path = target.pathname.replace(/\/$/, '') + (incoming.url ?? '').slice(prefix.length);
    const outgoing = send(new URL(path, target), options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const nothing = () => undefined; // it is not ours to make, stop or delete
  return {
    create: nothing,
    stop: nothing,
    start: nothing,
    delete: nothing,
    endpoint: (id) => ({ server: `http://127.0.0.1:${port}/clusters/${encodeURIComponent(id)}` }),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

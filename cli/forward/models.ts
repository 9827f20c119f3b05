import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Models } from '../../lib/api/credentials.ts';
import { isLoopback } from '../../lib/domain/loopback.ts';
import type { ApiServer } from './api-server.ts';
import { podsWith, readyPod, type PodPort } from './pod.ts';
import { reacher, type Reach } from './reach.ts';
import type { Session } from './session.ts';

/**
 * A server for the models of a stack: it sends a request for `/seldon/NAMESPACE/NAME/PATH` as `/PATH` to a pod of the
 * model NAME, as an ingress does in the original's clusters.
 */
export function modelServer(session: Session, models: Models, onProblem: (error: unknown) => void): Server {
  const reaches = new Map<string, Reach>();
  const reachOf = (name: string): Reach => {
    const known = reaches.get(name) ?? reacher(session, models.namespace, (api) => podOf(api, models, name));
    reaches.set(name, known);
    return known;
  };
  return createServer((incoming, outgoing) => {
    const target = targetOf(incoming, models);
    if ('status' in target) {
      refuse(outgoing, target.status, target.message);
      return;
    }
    forward(incoming, outgoing, reachOf(target.name), target.path).catch((error: unknown) => {
      onProblem(error);
      refuse(outgoing, 502, `${target.name}: ${error instanceof Error ? error.message : String(error)}`);
    });
  });
}

type Target = { name: string; path: string } | { status: number; message: string };

/** A name of Kubernetes. */
const PATH = /^\/seldon\/([^/?]+)\/([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)(\/[^]*|\?[^]*)?$/;

function targetOf({ url = '', headers }: IncomingMessage, { namespace, url: base }: Models): Target {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  // A page of another site whose name leads to this machine must not reach the models.
  if (!isLoopback(host)) return { status: 421, message: `Use ${base}.` };
  const [, wanted, name, rest = '/'] = PATH.exec(url) ?? [];
  if (name === undefined || wanted !== namespace)
    return { status: 404, message: `Addresses of models are ${base}/seldon/${namespace}/NAME/...` };
  return { name, path: rest.startsWith('/') ? rest : `/${rest}` };
}

/** A ready pod of a model. Its operator labels pods with the name of the model, and with that of its service. */
async function podOf(api: ApiServer, { namespace, port }: Models, name: string): Promise<PodPort> {
  const [pod] = await podsWith(api, namespace, { 'seldon-deployment-id': name });
  const service = pod?.metadata.labels?.['seldon-app'];
  if (service === undefined) throw new Error(`There is no model with this name in ${namespace}.`);
  return readyPod(api, { namespace, service, port });
}

/** Resolves when the pod begins to answer. Rejects when it does not. */
async function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  reach: Reach,
  path: string,
): Promise<void> {
  const tunnel = await reach();
  outgoing.once('close', () => tunnel.destroy());
  await new Promise<void>((resolve, reject) => {
    const headers = { ...incoming.headers, connection: 'close' };
    const sent = request({ method: incoming.method, path, headers, createConnection: () => tunnel });
    sent.once('error', reject).once('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, outgoing, () => undefined);
      resolve();
    });
    incoming.pipe(sent);
  });
}

function refuse(outgoing: ServerResponse, status: number, message: string): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  outgoing.end(`${JSON.stringify({ message })}\n`);
}

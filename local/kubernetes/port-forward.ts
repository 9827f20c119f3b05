import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import type { StandInRequest, StandInResponse } from '../../lib/components/stand-in.ts';
import { readBody } from '../loopback-server.ts';
import type { ApiRequest } from './api.ts';
import type { Cluster } from './cluster.ts';
import type { Pod } from './objects.ts';
import { parseResourcePath } from './paths.ts';
import { processOn } from './proxy.ts';
import { send } from './response.ts';
import { ApiError, badRequest, notFound } from './status.ts';
import { acceptWebSocket } from './websocket.ts';

/** The pod and the container ports of a request to forward ports. */
export interface ForwardTarget {
  pod: Pod;
  ports: number[];
}

/**
 * Checks a request for `pods/NAME/portforward`; undefined for any other path.
 * @throws ApiError 404 if there is no such pod; 400 or 500 if it cannot be forwarded to.
 */
export function forwardTarget(cluster: Cluster, { path, query }: ApiRequest): ForwardTarget | undefined {
  const { kind, namespace, name = '', subresource } = parseResourcePath(path, cluster.kinds()) ?? {};
  if (kind?.plural !== 'pods' || subresource !== 'portforward') return undefined;
  const pod = cluster.get('pods', namespace, name);
  if (!pod) throw notFound(kind, name);
  const ports = query.getAll('ports').flatMap((list) => list.split(','));
  // The kubelet's name of the parameter is not that of the API server.
  if (ports.length === 0) throw badRequest('query parameter "port" is required');
  const wrong = ports.find((port) => !/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535);
  if (wrong !== undefined) throw badRequest(`unable to parse "${wrong}" as a port`);
  if (!pod.status?.podIP) throw badRequest(`pod ${name} does not have a host assigned`);
  if (pod.status.phase !== 'Running')
    throw new ApiError(500, 'InternalError', `error forwarding port to pod ${name}: it is not running`);
  return { pod, ports: ports.map(Number) };
}

/** The only binary protocol of the kubelet's WebSockets for port forwarding. */
const PROTOCOL = 'v4.channel.k8s.io';

/**
 * The protocol that is chosen from those that the client offers; undefined when it offers none.
 * @throws ApiError 403 if it offers only others.
 */
function chosenProtocol({ headers }: IncomingMessage): string | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (offered.includes(PROTOCOL)) return PROTOCOL;
  if (offered.join('') === '') return undefined;
  throw new ApiError(403, 'Forbidden', `unable to upgrade: none of ${offered.join(', ')} is supported`);
}

/** Runs work on the cluster in a transaction; undefined when the cluster does not run anymore. */
export type Within = <T>(work: () => T) => T | undefined;

/** A process in a pod that listens on a port. Its answer is undefined when the pod is gone. */
type Answer = (request: StandInRequest) => StandInResponse | undefined;

export interface PortForwarder {
  /** Upgrades a connection and serves it. @throws ApiError 403 for a protocol that it does not speak. */
  serve(
    upgrade: { incoming: IncomingMessage; socket: Duplex; head: Buffer },
    cluster: Cluster,
    target: ForwardTarget,
    within: Within,
  ): void;
  close(): void;
}

/**
 * Forwards ports to the stand-ins of the tools. The protocol (kubelet, portforward/websocket.go): each port has a
 * channel for data (2n) and one for errors (2n+1); the first byte of a message is its channel; the first message on
 * each is the number of the port in two bytes, little-endian. The connection ends when all ports are closed.
 */
export function createPortForwarder(): PortForwarder {
  const answers = new WeakMap<object, Answer>();
  const open = new Set<Duplex>();
  const http = createServer((incoming, outgoing) => {
    answerStandIn(answers, incoming, outgoing).catch(() => incoming.socket.destroy());
  });

  return {
    serve({ incoming, socket, head }, cluster, { pod, ports }, within) {
      const protocol = chosenProtocol(incoming);
      open.add(socket);
      const streams = new Map<number, Duplex>();
      const onClose = () => {
        open.delete(socket);
        for (const stream of streams.values()) stream.destroy();
      };
      const onMessage = (message: Buffer) => streams.get(message[0] ?? -1)?.push(message.subarray(1));
      const webSocket = acceptWebSocket(incoming, socket, { protocol, head }, { onMessage, onClose });
      const write = (channel: number, data: Buffer, sent?: () => void) =>
        webSocket.send(Buffer.concat([Buffer.from([channel]), data]), sent);
      let left = ports.length;
      const ended = () => {
        left -= 1;
        if (left === 0) webSocket.close();
      };
      for (const [index, port] of ports.entries()) {
        const data = 2 * index;
        const number = Buffer.alloc(2);
        number.writeUInt16LE(port);
        write(data, number);
        write(data + 1, number);
        const current = () => currentOf(cluster, pod);
        const isListening = within(() => processOn(cluster, current() ?? pod, port)) !== undefined;
        if (!isListening) {
          const { name, uid } = pod.metadata;
          const why = `failed to connect to localhost:${String(port)}: connect: connection refused`;
          const text = `error forwarding port ${String(port)} to pod ${name}, uid ${uid}: ${why}`;
          write(data + 1, Buffer.from(text));
          ended();
          continue;
        }
        const stream = new Duplex({
          read: () => undefined,
          write: (chunk: Buffer, _encoding, done) => write(data, chunk, done),
        });
        stream.once('close', ended);
        stream.on('finish', () => stream.destroy());
        stream.on('error', () => undefined);
        answers.set(stream, (request) =>
          within(() => {
            const live = current();
            return live && processOn(cluster, live, port)?.(request);
          }),
        );
        streams.set(data, stream);
        http.emit('connection', stream);
      }
    },
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}

/** The pod as it is now; undefined when it is deleted, or replaced by one of the same name. */
function currentOf(cluster: Cluster, { metadata: { namespace, name, uid } }: Pod): Pod | undefined {
  const found = cluster.get('pods', namespace, name);
  return found?.metadata.uid === uid && found.status?.phase === 'Running' ? found : undefined;
}

/** In bytes. A tool has no limit of its own here. */
const MAX_BODY = 64 * 1024 * 1024;

async function answerStandIn(
  answers: WeakMap<object, Answer>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { headers, method = 'GET', url = '/' } = incoming;
  const { pathname, searchParams } = new URL(url, 'http://pod');
  const answer = answers.get(incoming.socket)?.({
    method,
    path: pathname,
    query: searchParams,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: await readBody(incoming, MAX_BODY, 'The body is too large.'),
    scheme: 'http',
    host: headers.host ?? '',
  });
  if (answer === undefined) incoming.socket.destroy();
  else send(outgoing, answer);
}

import { createHash, randomBytes } from 'node:crypto';
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ClusterCredentials } from '../../lib/api/credentials.ts';
import { isLoopback } from '../../lib/domain/loopback.ts';

/** The API server of a cluster, with one caller's token. */
export interface ApiServer {
  /** Reads an object or a list. `path` starts with a slash. */
  get(path: string): Promise<unknown>;
  /** Opens a WebSocket. `head` is what the server sent with its answer. */
  upgrade(path: string, protocol: string): Promise<{ socket: Duplex; head: Buffer }>;
  /** Closes idle connections. Open WebSockets stay. */
  close(): void;
}

/** The API server refused a request, or did not answer: then there is no status. */
export class ApiServerError extends Error {
  readonly status: number | undefined;

  constructor(status: number | undefined, message: string) {
    super(message);
    this.status = status;
  }
}

const TIMEOUT_MS = 20_000;

/** RFC 6455, 1.3 */
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Sends requests to an API server, whose certificate is verified by that of the credentials. */
export function apiServerOf({
  server,
  certificateAuthority: ca,
  token,
}: Pick<ClusterCredentials, 'server' | 'certificateAuthority' | 'token'>): ApiServer {
  const { protocol, hostname } = new URL(server);
  if (protocol !== 'https:' && !isLoopback(hostname))
    throw new ApiServerError(undefined, `The address of the cluster, ${server}, is not https.`);
  const agent =
    protocol === 'https:'
      ? new HttpsAgent({ keepAlive: true, ...(ca !== undefined && { ca }) })
      : new HttpAgent({ keepAlive: true });
  const start = (path: string, headers: Record<string, string>): ClientRequest => {
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(server + path, {
      agent,
      headers: { accept: 'application/json', authorization: `Bearer ${token}`, ...headers },
      timeout: TIMEOUT_MS,
    });
    request.once('timeout', () => request.destroy(new Error(`No answer within ${TIMEOUT_MS / 1000} s.`)));
    return request;
  };

  return {
    async get(path) {
      const request = start(path, {});
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request
          .once('response', resolve)
          .once('error', (error) => reject(noAnswer(server, error)))
          .end();
      });
      const body = await text(response).catch((error: unknown) => {
        throw noAnswer(server, error);
      });
      if (response.statusCode !== 200) throw refused(response, body);
      return JSON.parse(body) as unknown;
    },

    upgrade: (path, subprotocol) =>
      new Promise((resolve, reject) => {
        const key = randomBytes(16).toString('base64');
        const request = start(path, {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': key,
          'sec-websocket-protocol': subprotocol,
        });
        request.once('error', (error) => reject(noAnswer(server, error)));
        request.once('response', (response: IncomingMessage) => {
          text(response).then(
            (body) => reject(refused(response, body)),
            (error: unknown) => reject(noAnswer(server, error)),
          );
        });
        request.once('upgrade', ({ headers }: IncomingMessage, socket: Duplex, head: Buffer) => {
          const expected = createHash('sha1')
            .update(key + ACCEPT_SUFFIX)
            .digest('base64');
          const isAccepted =
            headers['sec-websocket-accept'] === expected && headers['sec-websocket-protocol'] === subprotocol;
          if (isAccepted) {
            resolve({ socket, head });
            return;
          }
          socket.destroy();
          reject(new ApiServerError(undefined, 'The cluster does not forward ports by WebSocket.'));
        });
        request.end();
      }),

    close: () => agent.destroy(),
  };
}

const noAnswer = (server: string, error: unknown): ApiServerError =>
  new ApiServerError(
    undefined,
    `${new URL(server).host} does not answer: ${error instanceof Error ? error.message : String(error)}`,
  );

/** An error of Kubernetes is a Status with a message. */
function refused({ statusCode = 0 }: IncomingMessage, body: string): ApiServerError {
  return new ApiServerError(statusCode, messageIn(body) || `The cluster answered ${statusCode}.`);
}

function messageIn(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? '';
  } catch {
    // The kubelet answers with plain text.
    return body.slice(0, 200);
  }
}

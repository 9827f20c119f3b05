import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback } from '../lib/domain/loopback.ts';

/** A request that the server refuses to read. Each server answers it in its own format. */
export class Refusal extends Error {
  readonly status: 400 | 413 | 421;

  constructor(status: Refusal['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** Real milliseconds. Clients on the same machine send a request at once. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 60_000;

/** Creates an HTTP server that does not wait forever for a slow client. */
export const createLoopbackServer = (listener?: RequestListener): Server =>
  createServer({ headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT }, listener);

/** Listens on the loopback interface and returns the port; 0 chooses a free one. Rejects if it is in use. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Stops immediately, also in the middle of responses. */
export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/**
 * The URL of a request. A name in the Host header that is not one of this machine comes from a web page whose own
 * name was made to point here (DNS rebinding), so that the browser lets it read the responses.
 * @throws Refusal 421 for another name or port; 400 for a malformed header or target.
 */
export function urlOf({ headers, url = '', socket }: IncomingMessage): URL {
  const { host = '' } = headers;
  const origin = `http://${host}`;
  if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(origin))
    throw new Refusal(400, 'The Host header of the request is not a host and a port.');
  const { hostname, port } = new URL(origin);
  if (!isLoopback(hostname) || Number(port || 80) !== socket.localPort)
    throw new Refusal(421, `The Host header of the request, ${host}, is not an address of this server.`);
  if (!url.startsWith('/') || !URL.canParse(`${origin}${url}`))
    throw new Refusal(400, 'The target of the request is not a path.');
  return new URL(`${origin}${url}`);
}

/**
 * Reads the body of a request, at most `limit` bytes.
 * @throws Refusal 413 for a larger body. The rest is dropped until the request times out.
 */
export async function readBody(request: IncomingMessage, limit: number, message: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = Number(request.headers['content-length'] ?? 0);
  if (size <= limit) {
    size = 0;
    // The default destroys the socket at the end of the loop, and with it the response.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length;
      if (size > limit) break;
      chunks.push(chunk as Buffer);
    }
  }
  if (size <= limit) return Buffer.concat(chunks);
  request.resume();
  throw new Refusal(413, message);
}

/** The address that clients on this machine can use instead. */
export const addressOf = ({ socket }: IncomingMessage): string =>
  `http://localhost:${socket.localPort ?? ''}`;

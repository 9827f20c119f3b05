import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sleep } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import {
  addressOf,
  closeServer,
  createLoopbackServer,
  listenOnLoopback,
  readBody,
  Refusal,
  urlOf,
} from '../loopback-server.ts';
import type { Trace } from '../trace.ts';
import { ARM } from './arm.ts';
import type { ArmRequest, Json, Reply } from './arm.ts';
import { BLOBS, type BlobReply, type HttpBlobRequest } from './blobs.ts';
import { armError, type ArmError } from './errors.ts';
import { canonical } from './paths.ts';
import { GRAPH } from './transport.ts';

interface ServerOptions {
  clock: Clock;
  port: number;
  answer: (request: ArmRequest) => Reply;
  answerBlob: (request: HttpBlobRequest) => BlobReply;
  answerGraph: (url: URL, authorization: string | undefined) => Reply;
  faults?: Faults | undefined;
  trace?: Trace | undefined;
}

/** Parses the body of a request; undefined if it is not a JSON object. */
function parseBody(body: string): Json | undefined {
  if (body === '') return {};
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** The body for the trace: parsed JSON, or text. */
function jsonOrText(body: string | undefined): unknown {
  if (body === undefined) return null;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

function send(response: ServerResponse, { status, headers, body }: Reply, payload: string | undefined): void {
  const requestId = randomUUID();
  response.writeHead(status, {
    'cache-control': 'no-cache',
    'x-ms-request-id': requestId,
    'x-ms-correlation-request-id': requestId,
    ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    ...headers,
  });
  response.end(payload);
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
): Promise<void> {
  const { clock, answer, faults, trace } = options;
  const { pathname } = urlOf(request);
  if (pathname.startsWith(BLOBS)) return serveBlob(request, response, options);
  if (pathname.startsWith(GRAPH)) {
    serveGraph(request, response, options);
    return;
  }
  const content = (await readBody(request, MAX_BODY, TOO_LARGE)).toString('utf8');
  // SDK clients send two leading slashes when the scope begins with a slash.
  const url = new URL(`${ARM}/${(request.url ?? '').replace(/^\/+/, '')}`);
  const method = request.method ?? 'GET';
  const path = canonical(decodeURIComponent(url.pathname).replace(/\/+$/, ''));
  const body = parseBody(content);

  const fault = faults?.take('arm', method, path);
  const malformed = armError(
    400,
    'InvalidRequestContent',
    'The request content was invalid and could not be deserialized.',
  );
  const perform = (): Reply =>
    body === undefined
      ? malformed.reply
      : answer({
          method,
          path,
          query: url.searchParams,
          headers: Object.fromEntries(
            Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]),
          ),
          body,
          apiVersion: url.searchParams.get('api-version') ?? '',
        });
  const reply: Reply = fault?.respond ?? perform();

  // Serialized now, because the state may change before the response is sent.
  // A string is sent unchanged, such as an incomplete document.
  const payload = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
  trace?.({
    target: 'arm',
    method,
    url: url.href,
    requestBody: content === '' ? null : (body ?? null),
    status: reply.status,
    responseBody: jsonOrText(payload),
    requestId: request.headers['x-ms-client-request-id']?.toString() ?? '',
  });
  if (reply.seconds !== undefined) await sleep(clock, reply.seconds * 1000);
  if (fault?.loseResponse) request.socket.destroy();
  else send(response, reply, payload);
}

/** Blobs are not in the trace: the signature in their URLs is a secret. */
async function serveBlob(
  request: IncomingMessage,
  response: ServerResponse,
  { answerBlob, faults }: ServerOptions,
): Promise<void> {
  const url = urlOf(request);
  const method = request.method ?? 'GET';
  const body = await readBody(request, MAX_BLOB, TOO_LARGE);
  const fault = faults?.take('arm', method, url.pathname);
  const reply = fault?.respond ?? answerBlob({ method, url, headers: request.headers, body });
  if (fault?.loseResponse) return void request.socket.destroy();
  response.writeHead(reply.status, { 'x-ms-request-id': randomUUID(), ...reply.headers });
  response.end('bytes' in reply ? reply.bytes : undefined);
}

/** Microsoft Graph. It is not in the trace, which is for Azure. */
function serveGraph(
  request: IncomingMessage,
  response: ServerResponse,
  { answerGraph, faults }: ServerOptions,
): void {
  const url = urlOf(request);
  const fault = faults?.take('arm', request.method ?? 'GET', url.pathname);
  const reply = fault?.respond ?? answerGraph(url, request.headers.authorization);
  if (fault?.loseResponse) request.socket.destroy();
  else send(response, reply, JSON.stringify(reply.body));
}

const MAX_BLOB = 64 * 1024 * 1024;

/** The limit of Resource Manager, in bytes. */
const MAX_BODY = 4 * 1024 * 1024;
const TOO_LARGE = 'The request content size exceeds the maximum size of 4 MB.';

const CODES = { 400: 'BadRequest', 413: 'RequestContentTooLarge', 421: 'MisdirectedRequest' };

function errorOf(request: IncomingMessage, error: unknown): ArmError {
  if (error instanceof Refusal) {
    const instead = error.status === 421 ? ` Use ${addressOf(request)}.` : '';
    return armError(error.status, CODES[error.status], `${error.message}${instead}`);
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return armError(500, 'InternalServerError', message);
}

/** Serves Resource Manager over HTTP on the loopback interface. Port 0 chooses a free port. */
export async function listen(options: ServerOptions): Promise<{ url: string; close(): Promise<void> }> {
  const server = createLoopbackServer((request, response) => {
    serve(request, response, options).catch((error: unknown) => {
      const { reply } = errorOf(request, error);
      if (!response.headersSent) send(response, reply, JSON.stringify(reply.body));
    });
  });
  const port = await listenOnLoopback(server, options.port);
  return { url: `http://127.0.0.1:${String(port)}`, close: () => closeServer(server) };
}

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setCookie } from './cookies.ts';
import { toError } from './errors.ts';
import type { Invoke } from './invocation.ts';
import { registeredFunctions } from './registry.ts';
import type { Log, RegisteredFunction } from './registry.ts';
import { createRouter } from './routes.ts';
import type { RpcHttp } from './rpc.ts';

/** The function key and the admin key of the local host. */
export const localKey = 'local-key';

export interface HttpReply {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
}

/** Handles requests below a fixed path before the HTTP triggers; undefined for other paths. */
export type HttpExtension = (request: IncomingMessage, url: URL, body: Buffer) => HttpReply | undefined;

/** A response as sent over the network. */
export interface SentResponse {
  method: string;
  /** The path of the request, with the query. */
  path: string;
  status: number;
  contentType: string;
  body: string;
}

export interface HttpOptions {
  routePrefix: string;
  invoke: Invoke;
  extension: HttpExtension;
  log: Log;
  /** Called with each response. */
  onResponse?: (response: SentResponse) => void;
}

/** Handles HTTP requests. An error is logged and becomes a response with status 500. */
export function createRequestListener(options: HttpOptions): RequestListener {
  const serve = createTriggers(options);
  const answer = async (request: IncomingMessage): Promise<HttpReply> => {
    const url = new URL(`http://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`);
    const body = await readBody(request);
    return options.extension(request, url, body) ?? (await serve(request, url, body));
  };
  return (request, response) => {
    answer(request)
      .catch((error: unknown): HttpReply => {
        options.log(
          'error',
          'Host.Http',
          `${request.method ?? ''} ${request.url ?? ''}: ${toError(error).stack ?? ''}`,
        );
        return { status: 500 };
      })
      .then((reply) => {
        options.onResponse?.(sentResponse(request, reply));
        send(response, reply);
      })
      .catch(() => response.destroy());
  };
}

function createTriggers({ routePrefix, invoke }: HttpOptions) {
  const routes = registeredFunctions()
    .filter(({ trigger }) => trigger.type === 'httpTrigger')
    .map((fn) => ({
      template: `${routePrefix}/${(fn.trigger['route'] as string | undefined) ?? fn.name}`,
      methods: ((fn.trigger['methods'] as string[] | undefined) ?? ['GET', 'POST']).map((method) =>
        method.toUpperCase(),
      ),
      target: fn,
    }));
  const route = createRouter(routes);

  return async (request: IncomingMessage, url: URL, body: Buffer): Promise<HttpReply> => {
    const { method = 'GET' } = request;
    const found = route(method, url.pathname);
    if (found === undefined) return { status: 404 };
    if (!isAllowed(found.target, request, url)) return { status: 401 };
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const http: RpcHttp = { method, url: url.href, headers, params: found.params };
    if (body.length > 0) http.body = { bytes: body };
    const { returnValue, outputData } = await invoke(found.target, { http });
    const reply = returnValue?.http ?? outputData?.find(({ data }) => data.http !== undefined)?.data.http;
    return reply === undefined ? { status: 204 } : toReply(reply);
  };
}

function isAllowed(fn: RegisteredFunction, request: IncomingMessage, url: URL): boolean {
  const level = fn.trigger['authLevel'] ?? 'function';
  return (
    level === 'anonymous' || (request.headers['x-functions-key'] ?? url.searchParams.get('code')) === localKey
  );
}

function toReply({ statusCode, headers, cookies = [], body }: RpcHttp): HttpReply {
  return {
    status: Number(statusCode ?? 200),
    headers: { ...headers, ...(cookies.length > 0 && { 'set-cookie': cookies.map(setCookie) }) },
    body: body?.bytes ?? body?.string ?? '',
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const headerOf = ({ headers = {} }: HttpReply, name: string) =>
  Object.entries(headers).find(([header]) => header.toLowerCase() === name)?.[1];

const sentResponse = ({ method = '', url = '' }: IncomingMessage, reply: HttpReply): SentResponse => ({
  method,
  path: url,
  status: reply.status,
  contentType: String(headerOf(reply, 'content-type') ?? ''),
  body: Buffer.from(reply.body ?? '').toString('utf8'),
});

function send(response: ServerResponse, { status, headers = {}, body }: HttpReply): void {
  response.writeHead(status, headers);
  response.end(body);
}

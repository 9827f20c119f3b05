import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { PROBLEM_MEDIA_TYPE, toProblemDetails } from '../../lib/api/problem.ts';
import { problem } from '../../lib/domain/problem.ts';
import { manual } from '../../lib/domain/remedies.ts';
import { addressOf, readBody, Refusal, urlOf } from '../loopback-server.ts';
import { setCookie } from './cookies.ts';
import { toError } from './errors.ts';
import type { Invoke } from './invocation.ts';
import { registeredFunctions } from './registry.ts';
import type { Log, RegisteredFunction } from './registry.ts';
import { createRouter } from './routes.ts';
import type { RpcHttp } from './rpc.ts';

/** The function key and the admin key of the local host. */
export const localKey = 'local-key';

/** In bytes. Functions bound their own bodies further. */
const MAX_BODY = 8 * 1024 * 1024;

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
    const url = urlOf(request);
    const body = await readBody(request, MAX_BODY, 'The body is larger than 8 MiB.');
    return options.extension(request, url, body) ?? (await serve(request, url, body));
  };
  return (request, response) => {
    answer(request)
      .catch((error: unknown): HttpReply => {
        if (error instanceof Refusal) return refused(request, error);
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

/** The response to a request that the host does not read. */
function refused(request: IncomingMessage, { status, message }: Refusal): HttpReply {
  const found = {
    400: () => problem('INVALID_REQUEST', message, { remedies: [manual('Correct the request.')] }),
    413: () => problem('BODY_TOO_LARGE', message),
    421: () => problem('WRONG_HOST', message, { remedies: [manual(`Use ${addressOf(request)}.`)] }),
  }[status]();
  return {
    status,
    headers: { 'content-type': PROBLEM_MEDIA_TYPE },
    body: JSON.stringify(toProblemDetails(found)),
  };
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

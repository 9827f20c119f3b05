import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROBLEM_MEDIA_TYPE, type ProblemDetails } from '../lib/api/problem.ts';
import {
  BASE_PATH,
  routes,
  type ClientRequestOf,
  type OperationId,
  type ResponseOf,
  type Route,
} from '../lib/api/routes.ts';
import { shorten } from '../lib/domain/quote.ts';
import { manual } from '../lib/domain/remedies.ts';
import { runCommand, type Complaint } from './complaint.ts';
import { CliError, EXIT, exitForStatus } from './exit.ts';
import { oneLine } from './render/text.ts';
import type { Tokens } from './sign-in/tokens.ts';

/** An answer of the server, and its time by the clock of the server (milliseconds since the epoch). */
export interface Answer<T> {
  value: T;
  at: number;
}

/** The server refused a request, or did not answer: then there is no status. */
export class ApiError extends CliError {
  readonly status: number | undefined;

  constructor(status: number | undefined, complaint: Complaint) {
    super(status === undefined ? EXIT.failed : exitForStatus(status), complaint);
    this.name = 'ApiError';
    this.status = status;
  }
}

type Request<Id extends OperationId> = ClientRequestOf<Id>;

/** Calls the route with this operation id. Rejects with an ApiError when the request fails. */
export type Api = <Id extends OperationId>(
  id: Id,
  ...request: unknown extends Request<Id> ? [] : [Request<Id>]
) => Promise<Answer<ResponseOf<Id>>>;

interface Parts {
  params?: Record<string, string>;
  query?: Record<string, boolean | number | string>;
  body?: unknown;
}

const TIMEOUT_MS = 30_000;

/** A client of the HTTP API of the control plane. Its requests have a token where the route needs one. */
export function createApi(server: string, tokens: Tokens): Api {
  const call = async (id: OperationId, { params = {}, query = {}, body }: Parts = {}) => {
    const route: Route = routes[id];
    const filled = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(params[name] ?? ''),
    );
    const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const target = [BASE_PATH + filled, ...(search.length > 0 ? [search.join('&')] : [])].join('?');
    const operationId = route.headers === undefined ? undefined : randomUUID().slice(0, 8);
    const send = (token: string | undefined) =>
      answered(server, target, {
        method: route.method,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(operationId !== undefined && { 'operation-id': operationId }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
    const { response, text } = await signed(route, send, tokens);
    const at = Date.parse(response.headers.get('Matcha-Now') ?? '');
    if (REDIRECTS.has(response.status)) throw redirected(server, response);
    const value = parse(server, response, text);
    if (!response.ok) throw refused(server, response, value, params['name']);
    return { value, at: Number.isNaN(at) ? Date.now() : at };
  };
  // The route table gives each call its types; the server validates requests.
  return call as Api;
}

type Sent = Awaited<ReturnType<typeof answered>>;

/** Sends a request with a token, and once more with another one when the server refuses it. */
async function signed(
  { role }: Route,
  send: (token: string | undefined) => Promise<Sent>,
  tokens: Tokens,
): Promise<Sent> {
  const token = role === undefined ? undefined : await tokens.current();
  const first = await send(token);
  if (first.response.status !== UNAUTHENTICATED || token === undefined) return first;
  const fresh = await tokens.instead(token);
  return fresh === undefined ? first : await send(fresh);
}

const UNAUTHENTICATED = 401;

/** Pauses before a request is sent again, in milliseconds. */
const PAUSES_MS = [300, 1000];

/**
 * Sends a request, and again when the service is unavailable for a moment (503). One with an operation id is sent again
 * also when the connection breaks without an answer: the server may have accepted it, and the same id has no second
 * effect.
 */
async function answered(server: string, target: string, request: RequestInit & { headers: object }) {
  const pauses = [...PAUSES_MS];
  const isRepeatable = 'operation-id' in request.headers;
  for (;;) {
    let pause: number | undefined;
    try {
      // A token is for this server, and not for one to which it points.
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(server + target, { ...request, redirect: 'manual', signal });
      const text = await response.text();
      pause = response.status === UNAVAILABLE ? pauses.shift() : undefined;
      if (pause === undefined) return { response, text };
    } catch (error) {
      pause = isRepeatable && isBroken(error) ? pauses.shift() : undefined;
      if (pause === undefined) throw unreachable(server, error);
    }
    await sleep(pause);
  }
}

const UNAVAILABLE = 503;

/** Whether a connection ended after it was made. */
const isBroken = (error: unknown): boolean => BROKEN.has(codeOf(error) ?? '');

const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function redirected(server: string, { status, headers }: Response): ApiError {
  const location = headers.get('location') ?? '';
  const target = URL.canParse(location, server) ? new URL(location, server).origin : location;
  return new ApiError(status, {
    code: 'REDIRECTED',
    message: `The server at ${server} points to another address.`,
    cause: `It answered ${status} with ${oneLine(shorten(target, 100))}, which was not followed.`,
    remedies: [manual('If you trust that address, give it in --server, MATCHA_URL or matcha.config.json.')],
  });
}

function parse(server: string, { status, statusText }: Response, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(status, {
      message: `The server at ${server} is not a Matcha server.`,
      cause: `It answered ${status} ${statusText}, without JSON.`,
      remedies: [manual('Check the address in --server, MATCHA_URL or matcha.config.json.')],
    });
  }
}

function refused(
  server: string,
  { status, headers }: Response,
  body: unknown,
  stack: string | undefined,
): ApiError {
  if (headers.get('content-type') !== PROBLEM_MEDIA_TYPE) {
    return new ApiError(status, {
      message: `The server at ${server} answered ${status}.`,
      remedies: [runCommand('matcha doctor', 'Check the server, then try again.')],
    });
  }
  const { title, type: _, status: __, ...problem } = body as ProblemDetails;
  return new ApiError(status, { message: title, ...problem, ...(stack !== undefined && { stack }) });
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'The connection was refused (ECONNREFUSED).',
  ECONNRESET: 'The connection was closed before the answer (ECONNRESET).',
  ENOTFOUND: 'The host name does not exist (ENOTFOUND).',
  UND_ERR_SOCKET: 'The connection was closed before the answer.',
  TimeoutError: `No answer within ${TIMEOUT_MS / 1000} seconds.`,
};

/** The message of `fetch` is only "fetch failed"; the cause holds the error code. */
const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && error.cause instanceof Error && 'code' in error.cause
    ? String(error.cause.code)
    : undefined;

function unreachable(server: string, error: unknown): ApiError {
  const { name, message, cause } = error instanceof Error ? error : new Error(String(error));
  const fallback = cause instanceof Error && cause.message !== '' ? cause.message : message;
  return new ApiError(undefined, {
    message: `No Matcha server answers at ${server}.`,
    cause: REASONS[codeOf(error) ?? name] ?? fallback,
    remedies: [
      manual('Start one with `npm start` in the repository, or give its address with --server URL.'),
    ],
  });
}

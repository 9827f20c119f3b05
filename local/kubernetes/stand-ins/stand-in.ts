import type { ApiRequest, ApiResponse } from '../api.ts';
import type { Attachments } from '../cluster.ts';
import type { Container } from '../objects.ts';

export interface AppRequest extends ApiRequest {
  scheme: string;
  /** The Host header that the proxy sends: the pod's address and port. */
  host: string;
}

/** The container that a stand-in plays. */
export interface App {
  container: Container;
  environment: Record<string, string>;
  /** The text of a mounted Secret or ConfigMap file. */
  file: (path: string) => string | undefined;
  /** What the tool has stored on its volume. */
  data: Attachments;
  /** Simulated milliseconds. */
  now(): number;
}

/** A small substitute for a tool: the part of its HTTP API that proves it is at work. */
export interface StandIn {
  image: RegExp;
  /** The port its process listens on. */
  port(container: Container): number;
  /** Whether its process stays up with this environment; it does unless this says no. */
  starts?(environment: Record<string, string>): boolean;
  answer(request: AppRequest, app: App): ApiResponse;
}

export interface Call {
  request: AppRequest;
  app: App;
  /** The named groups of the route's path. */
  params: Record<string, string>;
  /** The JSON body, or an empty object. */
  body: Record<string, unknown>;
}

export type Route = [method: string, path: RegExp, handler: (call: Call) => ApiResponse];

/** Answers with the first route that fits. */
export function route(routes: Route[], request: AppRequest, app: App, otherwise: ApiResponse): ApiResponse {
  for (const [method, pattern, handler] of routes) {
    const match = method === request.method ? pattern.exec(request.path) : null;
    if (!match) continue;
    const params = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
    return handler({ request, app, params, body: jsonOf(request) });
  }
  return otherwise;
}

function jsonOf({ body, headers }: AppRequest): Record<string, unknown> {
  const isJson = !headers['content-type'] || headers['content-type'].includes('json');
  try {
    return isJson && body.length > 0 ? (JSON.parse(body.toString()) as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export const ok = (body: unknown, status = 200): ApiResponse => ({ status, body });

/** A member of a body that should be text; empty if it is not. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The value after `--name` or `--name=` in a container's command line. */
export function flagOf({ command = [], args = [] }: Container, name: string): string | undefined {
  const words = [...command, ...args]
    .flatMap((part) => part.split(/\s+/))
    .flatMap((word) => {
      const inline = word.startsWith(`--${name}=`);
      return inline ? [`--${name}`, word.slice(name.length + 3)] : [word];
    });
  const index = words.indexOf(`--${name}`);
  return index === -1 ? undefined : words[index + 1];
}

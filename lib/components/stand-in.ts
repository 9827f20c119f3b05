import type { KubernetesObject } from '../manifests/object.ts';

/**
 * What the local cluster runs in place of a component's images. It comes with the component and is loaded only
 * there; pure: a request and a small store in, a response out.
 */
export interface StandIn {
  servers?: readonly StandInServer[];
  /** What the component's controllers do with custom resources, run again and again as long as it changes something. */
  controllers?: readonly Controller[];
}

/** A small substitute for the process of a container: the part of its HTTP API that proves it is at work. */
export interface StandInServer {
  image: RegExp;
  /** In simulated seconds: the first pull of the image on a node, and from the start until it is ready. */
  seconds?: { pull: number; start: number };
  /** The port that the process listens on. */
  port(container: StandInContainer): number;
  /** Whether the process stays up with this environment; it does unless this says no. */
  starts?(environment: Record<string, string>): boolean;
  answer(request: StandInRequest, app: StandInApp): StandInResponse;
}

export interface StandInContainer {
  image?: string;
  command?: string[];
  args?: string[];
  ports?: { name?: string; containerPort: number }[];
}

export interface StandInRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  /** Names are lower-case. */
  headers: Record<string, string | undefined>;
  body: Buffer;
  scheme: string;
  /** The Host header that the proxy sends: the pod's address and port. */
  host: string;
}

export interface StandInResponse {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is text with a content type, or bytes. */
  body: unknown;
}

/** The container that a server stands in for. */
export interface StandInApp {
  container: StandInContainer;
  environment: Record<string, string>;
  /** The text of a mounted Secret or ConfigMap file. */
  file: (path: string) => string | undefined;
  /** What the process has stored on its volume. */
  data: StandInStore;
  /** Simulated milliseconds since the epoch. */
  now(): number;
}

export interface StandInStore {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): void;
  entries(prefix?: string): [key: string, value: unknown][];
}

/** Brings the cluster one step closer to what the component's custom resources ask for. */
export type Controller = (cluster: SimulatedCluster) => void;

/** What a controller can do in a simulated cluster. A kind that the cluster does not have has no objects. */
export interface SimulatedCluster {
  list(apiVersion: string, kind: string, namespace?: string): LiveObject[];
  get(apiVersion: string, kind: string, name: string, namespace?: string): LiveObject | undefined;
  /** Creates the object unless there is one of that name. */
  create(object: KubernetesObject): void;
  setStatus(object: LiveObject, status: object): void;
}

/** An object as the cluster has it. */
export interface LiveObject extends KubernetesObject {
  metadata: KubernetesObject['metadata'] & { uid: string };
}

/** Whether a condition of an object's status holds. */
export const hasCondition = (object: KubernetesObject | undefined, type: string): boolean => {
  const { conditions = [] } = recordAt(object, 'status') as {
    conditions?: { type: string; status: string }[];
  };
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
};

/** A reference that makes `owner` the controller of a dependent, which goes with it. */
export const ownedBy = ({ apiVersion, kind, metadata: { name, uid } }: LiveObject) => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member as a record; an empty one if it is anything else. */
export const recordAt = (value: unknown, member: string): Record<string, unknown> => {
  const found = isRecord(value) ? value[member] : undefined;
  return isRecord(found) ? found : {};
};

/** A request that matched a route. */
export interface RoutedRequest {
  request: StandInRequest;
  app: StandInApp;
  /** The named groups of the route's path. */
  params: Record<string, string>;
  /** The JSON body, or an empty object. */
  body: Record<string, unknown>;
}

export type Route = [method: string, path: RegExp, handler: (call: RoutedRequest) => StandInResponse];

/** Answers with the first route that matches. */
export function route(
  routes: Route[],
  request: StandInRequest,
  app: StandInApp,
  otherwise: StandInResponse,
): StandInResponse {
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

function jsonOf({ body, headers }: StandInRequest): Record<string, unknown> {
  const isJson = !headers['content-type'] || headers['content-type'].includes('json');
  try {
    return isJson && body.length > 0 ? (JSON.parse(body.toString()) as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export const ok = (body: unknown, status = 200): StandInResponse => ({ status, body });

/** A member of a body that should be text; empty if it is not. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The value of an option in the command line of a container, in one word or two. */
export function flagOf({ command = [], args = [] }: StandInContainer, name: string): string | undefined {
  const words = [...command, ...args]
    .flatMap((part) => part.split(/\s+/))
    .flatMap((word) => {
      const inline = word.startsWith(`--${name}=`);
      return inline ? [`--${name}`, word.slice(name.length + 3)] : [word];
    });
  const index = words.indexOf(`--${name}`);
  return index === -1 ? undefined : words[index + 1];
}

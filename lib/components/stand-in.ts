import type { KubernetesObject } from '../manifests/object.ts';

/**
 * A simulation of a component for the local cluster, which runs it in place of the component's images. It is
 * next to the component and is imported only there. It is pure: it turns a request and a small store into a
 * response.
 */
export interface StandIn {
  servers?: readonly StandInServer[];
  programs?: readonly StandInProgram[];
  /** The component's controllers of custom resources. They run until they change nothing. */
  controllers?: readonly Controller[];
}

/** A small simulation of the process in a container: the part of its HTTP API that shows that it works. */
export interface StandInServer {
  image: RegExp;
  /** Simulated seconds for the first pull of the image on a node, and from start to ready. */
  seconds?: { pull: number; start: number };
  /** The port that the process listens on. */
  port(container: StandInContainer): number;
  /** Whether the process keeps running with this environment; true by default. */
  starts?(environment: Record<string, string>): boolean;
  answer(request: StandInRequest, app: StandInApp): StandInResponse;
}

/** A simulation of a program that runs to its end, as in the pod of a Job. */
export interface StandInProgram {
  image: RegExp;
  /** Simulated seconds for the first pull of the image on a node, and from start to end. */
  seconds: { pull: number; run: number };
  run(app: ProgramApp): ProgramEnd;
}

/** The end of a program, with what it leaves as the termination message of its container. */
export interface ProgramEnd {
  exitCode: number;
  message: string;
}

/** What a program can do in its pod. */
export interface ProgramApp {
  environment: Record<string, string>;
  /** Calls a service of the cluster by its URL; status 0 when nothing answers there. */
  call(method: string, url: string, headers?: Record<string, string>): { status: number; body: unknown };
  /** The permissions of its service account; absent when the pod has no token. */
  may?: (verb: 'create' | 'list', resource: string, namespace: string) => boolean;
  /** Whether Azure's webhook gives the pod the credentials of a managed identity. */
  hasIdentity: boolean;
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
  /** Names are in lower case. */
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

/** The container that a server simulates. */
export interface StandInApp {
  container: StandInContainer;
  environment: Record<string, string>;
  /** The text of a mounted Secret or ConfigMap file. */
  file: (path: string) => string | undefined;
  /** The stored data of the process on its volume. */
  data: StandInStore;
  /** Calls Blob Storage with the credentials of the pod. */
  blobs: (request: BlobRequest) => BlobAnswer;
  /** Simulated milliseconds since the epoch. */
  now(): number;
}

/** A request to Blob Storage; LIST gets all blobs whose path starts with `path`. */
export interface BlobRequest {
  method: 'GET' | 'PUT' | 'DELETE' | 'LIST';
  account: string;
  container: string;
  path: string;
  content?: string;
}

export interface BlobAnswer {
  status: number;
  /** Azure's error. */
  code?: string;
  message?: string;
  content?: string;
  /** The listed blobs by path. */
  blobs?: [path: string, content: string][];
}

export interface StandInStore {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): void;
  entries(prefix?: string): [key: string, value: unknown][];
}

/** Moves the cluster one step towards the state that the component's custom resources specify. */
export type Controller = (cluster: SimulatedCluster) => void;

/**
 * The part of a simulated cluster that a controller may use. A kind that the cluster does not know has no
 * objects.
 */
export interface SimulatedCluster {
  list(apiVersion: string, kind: string, namespace?: string): LiveObject[];
  get(apiVersion: string, kind: string, name: string, namespace?: string): LiveObject | undefined;
  /** Creates the object unless one with this name exists. */
  create(object: KubernetesObject): void;
  setStatus(object: LiveObject, status: object): void;
}

/** An object in the cluster. */
export interface LiveObject extends KubernetesObject {
  metadata: KubernetesObject['metadata'] & { uid: string };
}

/** Whether a condition in the status of an object is true. */
export const hasCondition = (object: KubernetesObject | undefined, type: string): boolean => {
  const { conditions = [] } = recordAt(object, 'status') as {
    conditions?: { type: string; status: string }[];
  };
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
};

/** An owner reference: the dependent is deleted with `owner`. */
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

/** A member as a record; empty when it is not a record. */
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

/** Returns the response of the first route that matches. */
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

/** A value as text; empty when it is not text. */
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

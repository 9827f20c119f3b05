import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { DocumentStore } from '../document-store.ts';
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
import { answer } from './answer.ts';
import type { ApiRequest, ApiResponse } from './api.ts';
import { bootstrap } from './bootstrap.ts';
import { openCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { reconcile } from './controllers/index.ts';
import { resourceOf } from './kinds.ts';
import type { ApiObject } from './objects.ts';
import { parseResourcePath } from './paths.ts';
import type { BrokenImage } from './pod-timeline.ts';
import { createStandIns, type PodCaller, type RealProcess } from './stand-ins.ts';
import type { BlobAnswer, BlobRequest, StandIn } from '../../lib/components/stand-in.ts';
import { createPortForwarder, forwardTarget, type Within } from './port-forward.ts';
import { refuseUpgrade, send } from './response.ts';
import { claimsOf, serviceAccountError } from './service-accounts.ts';
import { ApiError, badRequest, unauthorized } from './status.ts';
import { isWebSocket } from './websocket.ts';

export interface KubernetesOptions {
  clock: Clock;
  documents: DocumentStore;
  /** The substitutes for component images. */
  standIns: readonly StandIn[];
  trace?: Trace;
  faults?: Faults;
  /** 0, the default, chooses a free port. */
  port?: number;
  /** Answers requests of pods to Blob Storage; there is none by default. */
  blobs?: (caller: PodCaller & { cluster: string }, request: BlobRequest) => BlobAnswer;
  /** Authorizes the bearer token of every request; those in a namespace say what they are for. */
  authorize(
    clusterId: string,
    token: string | undefined,
    access?: { namespace: string; resource: string },
  ): 'allowed' | 'unauthenticated' | 'forbidden';
}

export interface SimulatedKubernetes {
  create(id: string): void;
  /** Makes the endpoint unavailable. The objects remain. */
  stop(id: string): void;
  /** Starts a stopped cluster at another address; a running one stays as it is. */
  start(id: string): void;
  delete(id: string): void;
  endpoint(id: string): { server: string };
  /** Makes pods with a matching image fail until `repairImages`. */
  breakImage(pattern: RegExp, reason: 'ImagePullBackOff' | 'CrashLoopBackOff' | 'Unschedulable'): void;
  /** Makes this many pulls of a matching image fail for each pod; the next one succeeds. */
  delayImage(pattern: RegExp, failures: number): void;
  repairImages(): void;
  /** Passes requests for pods with a matching image on to a real process, in place of their stand-in. */
  runProcess(image: RegExp, process: RealProcess): void;
  /** All current objects of a cluster. */
  objects(id: string): ApiObject[];
  close(): Promise<void>;
}

interface ClusterRecord {
  id: string;
  isRunning: boolean;
  /** Part of the address: a cluster has another one after it was stopped and started. */
  starts: number;
}

/** The unique name in the path of a cluster's endpoint: its name and part of a hash of its id. */
function slugOf(id: string): string {
  const name = id.split('/').at(-1)?.toLowerCase() ?? '';
  return `${name}-${createHash('sha256').update(id.toLowerCase()).digest('hex').slice(0, 8)}`;
}

/** Starts one HTTP server on the loopback interface for the API of all clusters. */
export async function startKubernetes(options: KubernetesOptions): Promise<SimulatedKubernetes> {
  const { clock, documents, trace, faults } = options;
  const records = documents.collection<ClusterRecord>('kubernetes/clusters');
  const clusters = new Map<string, Cluster>();
  const standIns = createStandIns(options.standIns, (slug, caller, request) => {
    const { id = '' } = records.get(slug) ?? {};
    const answered = options.blobs?.({ ...caller, cluster: id }, request);
    return answered ?? { status: 503, code: 'NameResolutionError', message: 'Name or service not known' };
  });
  const open = (slug: string): Cluster => {
    const cluster = clusters.get(slug) ?? openCluster(documents, clock, slug, standIns);
    clusters.set(slug, cluster);
    return cluster;
  };
  let broken: BrokenImage[] = [];

  /** Handles one request in one transaction. The controllers run before it and after a change. */
  const handle = (cluster: Cluster, id: string, request: ApiRequest): ApiResponse | Promise<ApiResponse> =>
    documents.transaction(() => {
      reconcile(cluster, broken);
      const error = authorizationError(cluster, id, request);
      if (error) return { status: error.status.code, body: error.status };
      const response = answer(cluster, request);
      if (request.method !== 'GET') reconcile(cluster, broken);
      return response;
    });

  const authorizationError = (
    cluster: Cluster,
    id: string,
    { headers, path, method }: ApiRequest,
  ): ApiError | undefined => {
    const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    const claims = token === undefined ? undefined : claimsOf(token);
    if (token !== undefined && claims) return serviceAccountError(cluster, token, claims, { method, path });
    const target = parseResourcePath(path, cluster.kinds());
    const access = target?.namespace !== undefined && {
      namespace: target.namespace,
      resource: resourceOf(target.kind),
    };
    const decision = options.authorize(id, token, access || undefined);
    if (decision === 'allowed') return undefined;
    if (decision === 'unauthenticated') return unauthorized();
    const why = `User cannot ${method.toLowerCase()} path "${path}": User does not have access to the resource in Azure. Update role assignment to allow access.`;
    return new ApiError(403, 'Forbidden', `forbidden: ${why}`, {});
  };

  /** The running cluster that a request is for. */
  const locate = (incoming: IncomingMessage) => {
    const url = urlOf(incoming);
    const {
      slug = '',
      starts,
      path = '/',
    } = /^\/clusters\/(?<slug>[^/.]+)\.(?<starts>\d+)(?<path>\/.*)?$/.exec(url.pathname)?.groups ?? {};
    const record = records.get(slug);
    if (!record?.isRunning || String(record.starts) !== starts) return undefined;
    return { record, slug, path, url };
  };

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const located = locate(incoming);
    if (located === undefined) {
      incoming.socket.destroy();
      return;
    }
    const { record, slug, path, url } = located;
    const request: ApiRequest = {
      method: incoming.method ?? 'GET',
      path,
      query: url.searchParams,
      headers: incoming.headers,
      body: await readBody(incoming, MAX_BODY, `Request entity too large: limit is ${String(MAX_BODY)}`),
    };
    const fault = faults?.take('kubernetes', request.method, path);
    const response: ApiResponse = fault?.respond
      ? { body: undefined, ...fault.respond }
      : await handle(open(slug), record.id, request);
    trace?.({
      target: 'kubernetes',
      method: request.method,
      url: `https://${slug}.hcp.local.azmk8s.io${path}${url.search}`,
      requestBody: jsonOrText(request.body),
      status: response.status,
      responseBody: Buffer.isBuffer(response.body) ? jsonOrText(response.body) : (response.body ?? null),
    });
    if (fault?.loseResponse) incoming.socket.destroy();
    else send(outgoing, response);
  };

  const server = createLoopbackServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => send(outgoing, errorResponse(incoming, error)));
  });
  const forwarder = createPortForwarder();

  /** Forwards ports by WebSocket. Throws an ApiError when it refuses that. */
  const upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const located = locate(incoming);
    if (located === undefined) return void socket.destroy();
    const { record, slug, path, url } = located;
    const { method = 'GET', headers } = incoming;
    const request: ApiRequest = { method, path, query: url.searchParams, headers, body: Buffer.alloc(0) };
    const cluster = open(slug);
    const within: Within = (work) =>
      locate(incoming) && documents.transaction(() => (reconcile(cluster, broken), work()));
    const target = within(() => {
      // The right to open a WebSocket is that to read and to create the subresource.
      for (const verb of ['GET', 'POST']) {
        const error = authorizationError(cluster, record.id, { ...request, method: verb });
        if (error) throw error;
      }
      return forwardTarget(cluster, request);
    });
    if (target === undefined || !isWebSocket(incoming)) throw badRequest('This cannot be upgraded.');
    forwarder.serve({ incoming, socket, head }, cluster, target, within);
  };
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    try {
      upgrade(incoming, socket, head);
    } catch (error) {
      refuseUpgrade(socket, errorResponse(incoming, error));
    }
  });
  const port = await listenOnLoopback(server, options.port ?? 0);

  const recordOf = (id: string): ClusterRecord =>
    records.get(slugOf(id)) ?? { id, isRunning: false, starts: 0 };

  return {
    create: (id) =>
      documents.transaction(() => {
        if (records.get(slugOf(id))) return;
        bootstrap(open(slugOf(id)));
        records.set(slugOf(id), { id, isRunning: true, starts: 1 });
      }),
    stop: (id) => records.set(slugOf(id), { ...recordOf(id), isRunning: false }),
    start(id) {
      const { isRunning, starts } = recordOf(id);
      if (!isRunning) records.set(slugOf(id), { id, isRunning: true, starts: starts + 1 });
    },
    delete: (id) =>
      documents.transaction(() => {
        open(slugOf(id)).clear();
        records.delete(slugOf(id));
      }),
    endpoint: (id) => ({ server: `http://127.0.0.1:${port}/clusters/${slugOf(id)}.${recordOf(id).starts}` }),
    breakImage: (pattern, reason) => void broken.push({ pattern, reason }),
    delayImage: (pattern, failures) => void broken.push({ pattern, reason: 'ImagePullBackOff', failures }),
    repairImages: () => void (broken = []),
    runProcess: (image, process) => standIns.runProcess(image, process),
    objects: (id) =>
      documents.transaction(() => {
        const cluster = open(slugOf(id));
        if (records.get(slugOf(id))) reconcile(cluster, broken);
        return cluster.all().map(({ object }) => object);
      }),
    close() {
      forwarder.close();
      return closeServer(server);
    },
  };
}

/** The limit of an API server, in bytes. */
const MAX_BODY = 3 * 1024 * 1024;

const REASONS = { 400: 'BadRequest', 413: 'RequestEntityTooLarge', 421: undefined };

function errorResponse(incoming: IncomingMessage, error: unknown): ApiResponse {
  if (error instanceof ApiError) return { status: error.status.code, body: error.status };
  if (error instanceof Refusal) {
    const instead = error.status === 421 ? ` Use ${addressOf(incoming)}.` : '';
    const refused = new ApiError(error.status, REASONS[error.status], `${error.message}${instead}`);
    return { status: error.status, body: refused.status };
  }
  const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
  return { status: 500, body: new ApiError(500, 'InternalError', message).status };
}

/** The body for the trace: parsed JSON, or text. */
function jsonOrText(body: Buffer): unknown {
  if (body.length === 0) return null;
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return body.toString();
  }
}

import { AsyncLocalStorage } from 'node:async_hooks';
import {
  CoreV1Api,
  createConfiguration,
  IsomorphicFetchHttpLibrary,
  KubernetesObjectApi,
  ResponseContext,
  ServerConfiguration,
  wrapHttpLibrary,
} from '@kubernetes/client-node';
import { Agent } from 'undici';
import { parse } from 'yaml';
import { z } from 'zod';
import { FENCE } from '../domain/fence.ts';
import { isLoopback } from '../domain/loopback.ts';
import { expectObject, orNoAnswer, orNoToken } from './errors.ts';

/** The address of an API server, and the certificate to verify it. */
export interface Endpoint {
  server: string;
  /** PEM. */
  certificateAuthority?: string;
}

/** A connection to an API server: one pool of sockets, and a fresh token and a timeout for each request. */
export interface Connection {
  endpoint: Endpoint;
  server: string;
  agent: Agent;
  token: () => Promise<string>;
  objects: KubernetesObjectApi;
  core: CoreV1Api;
  /** To be called when the API server did not answer. */
  onNoAnswer: () => Promise<void>;
}

/** Requests that take longer are aborted and retried. In milliseconds. */
const REQUEST_TIMEOUT = FENCE.requestLimit * 1000;

/** Tokens are sent to it, so that plain HTTP never leaves this machine; Azure gives https addresses only. */
const serverAddress = z.url({ protocol: /^https?$/ }).refine((server) => {
  const { protocol, hostname } = new URL(server);
  return protocol === 'https:' || isLoopback(hostname);
}, 'The address of an API server must be https.');

const kubeconfigSchema = z.object({
  clusters: z
    .array(
      z.object({
        cluster: z.object({ server: serverAddress, 'certificate-authority-data': z.string().optional() }),
      }),
    )
    .min(1),
});

/**
 * Reads only the address and certificate from a kubeconfig: its user entry needs programs that are not
 * installed here. Undefined when the text is not a kubeconfig.
 */
export function endpointOf(kubeconfig: string): Endpoint | undefined {
  const parsed = kubeconfigSchema.safeParse(yamlOf(kubeconfig));
  const found = parsed.data?.clusters[0]?.cluster;
  if (found === undefined) return undefined;
  const { server, 'certificate-authority-data': data } = found;
  return {
    server: server.replace(/\/$/, ''),
    ...(data !== undefined && { certificateAuthority: Buffer.from(data, 'base64').toString('utf8') }),
  };
}

/** The errors of the parser quote the text, which may contain a token. */
function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Opens a connection to an API server. Share it: each connection has its own sockets and its own cache of
 * kinds.
 */
export function connect(
  endpoint: Endpoint,
  newToken: () => Promise<string>,
  onNoAnswer: () => Promise<void> = () => Promise.resolve(),
): Connection {
  const { server, certificateAuthority } = endpoint;
  const token = () => orNoToken(newToken());
  const agent = new Agent({
    connect: { timeout: 10_000, ...(certificateAuthority !== undefined && { ca: certificateAuthority }) },
    headersTimeout: REQUEST_TIMEOUT,
    bodyTimeout: REQUEST_TIMEOUT,
  });
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    httpApi: http,
    authMethods: {
      default: {
        getName: () => 'bearer',
        applySecurityAuthentication: async (request) => {
          request.setHeaderParam('Authorization', `Bearer ${await token()}`);
          request.setDispatcher(agent);
        },
      },
    },
    promiseMiddleware: [
      {
        pre: (request) => {
          request.setSignal(AbortSignal.timeout(REQUEST_TIMEOUT));
          if (['PATCH', 'POST', 'PUT'].includes(request.getHttpMethod())) {
            request.setQueryParam('fieldValidation', 'Strict');
            const object = written.getStore();
            if (object !== undefined) request.setBody(JSON.stringify(object));
          }
          return Promise.resolve(request);
        },
        post: (response) => Promise.resolve(response),
      },
    ],
  });
  const objects = new Objects(configuration);
  return { endpoint, server, agent, token, objects, core: new CoreV1Api(configuration), onNoAnswer };
}

/**
 * The client looks up the kinds of an API group before the first request for one, and keeps them. Requests at the same
 * time wait for that look-up, where the client would send one for each of them.
 */
class Objects extends KubernetesObjectApi {
  private readonly lookups = new Map<string, Promise<unknown>>();

  protected override async resource(...args: Parameters<KubernetesObjectApi['resource']>) {
    const [apiVersion] = args;
    const first = this.lookups.get(apiVersion);
    if (first !== undefined) {
      await first.catch(() => undefined);
      return super.resource(...args);
    }
    const lookup = super.resource(...args);
    this.lookups.set(apiVersion, lookup);
    return lookup;
  }
}

const written = new AsyncLocalStorage<object>();

/**
 * Sends an object as it is in the request that `write` makes. The models of the client rename some fields (`from` to
 * `_from`, `x-kubernetes-...` to `x_kubernetes_...`), and it leaves out those that have their real name.
 */
export const sendingAsIs = <T>(object: object, write: () => Promise<T>): Promise<T> =>
  written.run(object, write);

/**
 * The HTTP library of the client, with network errors converted to a type of their own. On a timeout the
 * client would throw a TypeError: it changes the message of the error (`resource` in its object.js), which a
 * DOMException does not allow.
 */
const http = wrapHttpLibrary({
  async send(request) {
    const response = await orNoAnswer(new IsomorphicFetchHttpLibrary().send(request).toPromise());
    const { httpStatusCode, headers, body } = response;
    const text = () => orNoAnswer(body.text());
    return new ResponseContext(httpStatusCode, headers, {
      text: httpStatusCode < 300 ? async () => expectObject(await text()) : text,
      binary: () => orNoAnswer(body.binary()),
      stream: () => body.stream(),
    });
  },
});

import {
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
import { isLoopback } from '../domain/loopback.ts';
import { orNoAnswer, orNoToken } from './errors.ts';

/** The address of an API server, and the certificate to verify it. */
export interface Endpoint {
  server: string;
  /** PEM. */
  certificateAuthority?: string;
}

/** A connection to an API server: one pool of sockets, and a fresh token and a timeout for each request. */
export interface Connection {
  server: string;
  agent: Agent;
  token: () => Promise<string>;
  objects: KubernetesObjectApi;
}

/** Requests that take longer are aborted and retried. In milliseconds. */
const REQUEST_TIMEOUT = 20_000;

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
 * installed here.
 */
export function endpointOf(kubeconfig: string): Endpoint {
  const { clusters } = kubeconfigSchema.parse(parse(kubeconfig));
  const { server, 'certificate-authority-data': data } = clusters[0]?.cluster ?? { server: '' };
  return {
    server: server.replace(/\/$/, ''),
    ...(data !== undefined && { certificateAuthority: Buffer.from(data, 'base64').toString('utf8') }),
  };
}

/**
 * Opens a connection to an API server. Share it: each connection has its own sockets and its own cache of
 * kinds.
 */
export function connect(
  { server, certificateAuthority }: Endpoint,
  newToken: () => Promise<string>,
): Connection {
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
          }
          return Promise.resolve(request);
        },
        post: (response) => Promise.resolve(response),
      },
    ],
  });
  return { server, agent, token, objects: new KubernetesObjectApi(configuration) };
}

/**
 * The HTTP library of the client, with network errors converted to a type of their own. On a timeout the
 * client would throw a TypeError: it changes the message of the error (`resource` in its object.js), which a
 * DOMException does not allow.
 */
const http = wrapHttpLibrary({
  async send(request) {
    const response = await orNoAnswer(new IsomorphicFetchHttpLibrary().send(request).toPromise());
    const { httpStatusCode, headers, body } = response;
    return new ResponseContext(httpStatusCode, headers, {
      text: () => orNoAnswer(body.text()),
      binary: () => orNoAnswer(body.binary()),
      stream: () => body.stream(),
    });
  },
});

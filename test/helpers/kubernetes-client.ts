import {
  ApiException,
  KubernetesObjectApi,
  PatchStrategy,
  ServerConfiguration,
  createConfiguration,
} from '@kubernetes/client-node';
import type { KubernetesObject as ClientObject, V1Status } from '@kubernetes/client-node';
import { Agent, fetch } from 'undici';
import type { Endpoint } from '../../lib/kubernetes/connection.ts';

/** An object of an API server, with the properties that tests read. */
export interface ReadObject extends ClientObject {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  data?: Record<string, string>;
}

/** The response to a raw request. */
export type Answer = Awaited<ReturnType<typeof fetch>>;

/** What tests send to an API server, independently of Matcha's own client. */
export interface TestClient {
  api: KubernetesObjectApi;
  apply: (
    object: object,
    options?: { manager?: string; force?: boolean; dryRun?: string },
  ) => Promise<ReadObject>;
  read: (apiVersion: string, kind: string, name: string, namespace?: string) => Promise<ReadObject>;
  /** Sends a raw request. The body is JSON unless it is a string or bytes. */
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
}

/** A client with a bearer token, or with none. */
export function clientOf(
  { server, certificateAuthority: ca }: Endpoint,
  token: string | undefined,
): TestClient {
  const agent = new Agent(ca === undefined ? {} : { connect: { ca } });
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: {
      default: {
        getName: () => 'token',
        applySecurityAuthentication: (context) => {
          context.setDispatcher(agent);
          if (token !== undefined) context.setHeaderParam('Authorization', `Bearer ${token}`);
        },
      },
    },
  });
  const api = new KubernetesObjectApi(configuration);
  return {
    api,
    apply: (object, { manager = 'matcha', force = false, dryRun } = {}) =>
      api.patch(structuredClone(object), undefined, dryRun, manager, force, PatchStrategy.ServerSideApply),
    read: (apiVersion, kind, name, namespace) =>
      api.read({ apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) } }),
    call: (method, path, body, headers = {}) => {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
      return fetch(`${server}${path}`, {
        method,
        dispatcher: agent,
        headers: { ...authorization, ...(isRaw ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
      });
    },
  };
}

/** The Status of a failed request. */
export async function errorOf(request: Promise<unknown>): Promise<V1Status> {
  try {
    await request;
  } catch (error) {
    if (error instanceof ApiException) return JSON.parse(error.body as string) as V1Status;
    throw error;
  }
  throw new Error('The request did not fail.');
}

import type { IncomingMessage } from 'node:http';
import { SCOPE } from '../../lib/domain/sign-in.ts';
import type { Directory } from '../../lib/settings.ts';
import { TENANT } from '../azure/client.ts';
import {
  closeServer,
  createLoopbackServer,
  listenOnLoopback,
  readBody,
  Refusal,
  urlOf,
} from '../loopback-server.ts';
import type { LocalPerson } from '../people.ts';
import { accessClaims } from './claims.ts';
import { createEndpoints, type Reply } from './endpoints.ts';
import { createGrants } from './grants.ts';
import type { Issuer } from './issuer.ts';
import { createKey, sign } from './keys.ts';

export type { Issuer } from './issuer.ts';

export const API_CLIENT = '5a1ad000-0000-4000-8000-0000000000c1';
export const SIGN_IN_CLIENT = '5a1ad000-0000-4000-8000-0000000000c2';

const MAX_BODY = 16 * 1024;

/**
 * Starts an issuer on the loopback interface. `now` is in milliseconds since the epoch; `interval` is how often a device
 * asks, in seconds.
 */
export async function startIssuer({ port = 0, now = () => Date.now(), interval = 5 } = {}): Promise<Issuer> {
  let keys = [await createKey()];
  const current = () => keys[0] as (typeof keys)[number];
  const server = createLoopbackServer((request, response) => {
    void answer(request).then(({ status = 200, headers, body = '' }) => {
      response.writeHead(status, { 'cache-control': 'no-store', ...headers }).end(body);
    });
  });
  const listening = await listenOnLoopback(server, port);
  const directory: Directory = {
    tenantId: TENANT,
    authority: `http://localhost:${listening}/${TENANT}`,
    apiClientId: API_CLIENT,
    signInClientId: SIGN_IN_CLIENT,
  };
  const claimsFor = (person: LocalPerson) => accessClaims(directory, person, SCOPE, now());
  const issuer: Issuer = {
    directory,
    claimsFor,
    sign: (claims, header) => sign(current(), claims, header),
    tokenFor: (person) => sign(current(), claimsFor(person)),
    publishedKeys: () => keys.map(({ published }) => published),
    async rotateKeys({ withdraw } = { withdraw: false }) {
      keys = [await createKey(), ...(withdraw ? [] : keys.slice(0, 1))];
    },
    keysFail: false,
    keyRequests: 0,
    close: () => closeServer(server),
  };
  const endpoints = createEndpoints(issuer, createGrants(now), { now, interval });

  async function answer(request: IncomingMessage): Promise<Reply> {
    try {
      const { pathname, searchParams } = urlOf(request);
      const body = (await readBody(request, MAX_BODY, 'The body is too large.')).toString();
      const parameters = request.method === 'POST' ? new URLSearchParams(body) : searchParams;
      return await endpoints(request.method ?? '', pathname, parameters);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, body: error.message };
    }
  }
  return issuer;
}

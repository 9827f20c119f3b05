import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject, type ProvidedContext } from 'vitest';
import type { Endpoint } from '../../lib/kubernetes/connection.ts';
import { eventually as eventuallySimulated, startCluster, TOKENS } from '../local/kubernetes/harness.ts';
import { clientOf, type TestClient } from './kubernetes-client.ts';
import { namespace as namespaceOf, objectsIn } from './kubernetes-objects.ts';

/** The real API server of `npm run test:cluster`, for a test. */
export interface RealServer extends Endpoint {
  /** Bearer tokens of an administrator, and of a user without any permission. */
  tokens: { admin: string; powerless: string };
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Undefined in the other tests, which use the simulated one. */
    apiServer: RealServer | undefined;
  }
}

export interface TestServer extends TestClient, ReturnType<typeof objectsIn> {
  endpoint: Endpoint;
  tokens: RealServer['tokens'];
  /** A namespace that only this test uses. */
  namespace: string;
  /** A client with another token, or with none. */
  as: (token: string | undefined) => TestClient;
  /** Polls until `isDone`, while the simulated or the real time passes. */
  eventually: <T>(read: () => Promise<T>, isDone: (value: T) => boolean) => Promise<T>;
}

/**
 * An API server for tests of what simulated and real ones have in common. `npm test` runs them on the simulated one,
 * `npm run test:cluster` on a real one, so that a difference fails. The real one is shared: what a test creates
 * outside of its namespace needs a name of its own, too.
 */
export async function startServer(): Promise<TestServer> {
  const { endpoint, tokens, eventually } = await start(inject('apiServer'));
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  const client = clientOf(endpoint, tokens.admin);
  await client.api.create(namespaceOf(namespace));
  return {
    ...client,
    ...objectsIn(namespace),
    endpoint,
    tokens,
    namespace,
    as: (token) => clientOf(endpoint, token),
    eventually,
  };
}

async function start(
  real: ProvidedContext['apiServer'],
): Promise<Pick<TestServer, 'endpoint' | 'tokens' | 'eventually'>> {
  if (real !== undefined) return { endpoint: real, tokens: real.tokens, eventually: poll };
  const { server, clock } = await startCluster();
  return {
    endpoint: { server },
    tokens: TOKENS,
    eventually: (read, isDone) => eventuallySimulated(clock, read, isDone),
  };
}

/** In milliseconds. */
const LIMIT = 60_000;

async function poll<T>(read: () => Promise<T>, isDone: (value: T) => boolean): Promise<T> {
  const until = Date.now() + LIMIT;
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    if (Date.now() > until) throw new Error(`The last value is ${JSON.stringify(value)}.`);
    await sleep(50);
  }
}

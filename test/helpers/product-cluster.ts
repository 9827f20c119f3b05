import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { onTestFinished } from 'vitest';
import { NO_FENCE } from '../../lib/domain/fence.ts';
import { createCluster, type Cluster } from '../../lib/kubernetes/cluster.ts';
import { connect, type Endpoint } from '../../lib/kubernetes/connection.ts';

/** Matcha's own adapter to an API server. */
export function productCluster(endpoint: Endpoint, token: string): Cluster {
  const connection = connect(endpoint, () => Promise.resolve(token));
  onTestFinished(() => connection.agent.destroy());
  return createCluster(connection, NO_FENCE);
}

interface ResponseMessage {
  request: { method: string; path: string };
  /** A record in the package, a list of names and values in Node.js itself. */
  response: { headers: Buffer[] | Record<string, string | string[]> };
}

/** Collects the Warning headers of all responses until the end of the test. */
export function collectWarnings(): string[] {
  const warnings: string[] = [];
  const listener = (message: unknown) => {
    const { request, response } = message as ResponseMessage;
    const headers = Array.isArray(response.headers) ? pairsOf(response.headers) : response.headers;
    for (const [name, value] of Object.entries(headers)) {
      if (name.toLowerCase() === 'warning')
        warnings.push(`${request.method} ${request.path}: ${String(value)}`);
    }
  };
  subscribe('undici:request:headers', listener);
  onTestFinished(() => void unsubscribe('undici:request:headers', listener));
  return warnings;
}

const pairsOf = (list: Buffer[]): Record<string, string> =>
  Object.fromEntries(
    list.flatMap((name, index) => (index % 2 === 0 ? [[String(name), String(list[index + 1])]] : [])),
  );

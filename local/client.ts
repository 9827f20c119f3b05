import { setTimeout } from 'node:timers/promises';
import type { OperationView } from '../lib/api/operation.ts';
import type { StackDetail } from '../lib/api/stack.ts';

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** The HTTP API of a control plane, for scripts, benchmarks and tests. */
export interface Client {
  api: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  /** Waits until the operation has ended. */
  ended: (operationId: string) => Promise<OperationView>;
  /** Provisions and waits. Rejects when the request is refused. */
  provision: (name: string, body: object, options?: { allowRemoval: boolean }) => Promise<OperationView>;
  stack: (name: string) => Promise<StackDetail>;
}

/** Pause between two looks at an operation, in real milliseconds. */
const POLL_MS = 60;

export function createClient(url: string): Client {
  const api: Client['api'] = async (method, path, body, headers = {}) => {
    const isText = typeof body === 'string';
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
  const ended: Client['ended'] = async (id) => {
    for (;;) {
      const operation = (await api('GET', `/operations/${id}`)).body as OperationView;
      if (operation.state !== 'Running') return operation;
      await setTimeout(POLL_MS);
    }
  };
  return {
    api,
    ended,
    async provision(name, body, { allowRemoval } = { allowRemoval: false }) {
      const { status, body: operation } = await api(
        'PUT',
        `/stacks/${name}?allowRemoval=${String(allowRemoval)}`,
        body,
      );
      if (status !== 202) throw new Error(`provision ${name}: ${status} ${JSON.stringify(operation)}`);
      return ended((operation as OperationView).id);
    },
    stack: async (name) => (await api('GET', `/stacks/${name}`)).body as StackDetail,
  };
}

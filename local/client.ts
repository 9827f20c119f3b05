import { setTimeout } from 'node:timers/promises';
import type { OperationView } from '../lib/api/operation.ts';
import type { StackDetail } from '../lib/api/stack.ts';
import { isOver, VERIFICATION_DUE } from '../lib/domain/status.ts';
import type { SentResponse } from './host/http-server.ts';

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** A client of the HTTP API, for scripts, benchmarks and tests. */
export interface Client {
  api: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  /** Polls until the operation has ended. */
  ended: (operationId: string) => Promise<OperationView>;
  /** Provisions a stack and waits for the end of the operation. Rejects if the request fails. */
  provision: (name: string, body: object, options?: { allowRemoval: boolean }) => Promise<OperationView>;
  stack: (name: string) => Promise<StackDetail>;
  /** Polls until no operation holds the stack and no verification is due. */
  settled: (name: string) => Promise<StackDetail>;
}

/** The interval between two polls of an operation, in real milliseconds. */
const POLL_MS = 60;

/** `onResponse` is called with each response. */
export function createClient(url: string, onResponse?: (response: SentResponse) => void): Client {
  const api: Client['api'] = async (method, path, body, headers = {}) => {
    const isText = typeof body === 'string';
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    onResponse?.({
      method,
      path: `/api/v1${path}`,
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      body: text,
    });
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
  const ended: Client['ended'] = async (id) => {
    for (;;) {
      const { status, body } = await api('GET', `/operations/${id}`);
      const operation = body as OperationView;
      // A server that cannot tell now may later.
      if (status < 500 && isOver(operation.state)) return operation;
      await setTimeout(POLL_MS);
    }
  };
  const stack: Client['stack'] = async (name) => (await api('GET', `/stacks/${name}`)).body as StackDetail;
  return {
    api,
    ended,
    stack,
    async settled(name) {
      for (;;) {
        const found = await stack(name);
        const isDue = found.conditions.some(({ reason }) => reason === VERIFICATION_DUE);
        if (found.activeOperation === undefined && !isDue) return found;
        await setTimeout(POLL_MS);
      }
    },
    async provision(name, body, { allowRemoval } = { allowRemoval: false }) {
      const { status, body: operation } = await api(
        'PUT',
        `/stacks/${name}?allowRemoval=${String(allowRemoval)}`,
        body,
      );
      if (status !== 202) throw new Error(`provision ${name}: ${status} ${JSON.stringify(operation)}`);
      return ended((operation as OperationView).id);
    },
  };
}

import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { StackDetail } from '../../lib/api/stack.ts';
import { startEmbedded, type Embedded, type EmbeddedOptions } from '../../local/embedded.ts';

/** Fast enough that a stack is up in two seconds, slow enough that Azure's durations still rule. */
const SPEED = 300;

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** A control plane on a simulated Azure, with what a test asks of it. */
export interface TestPlane extends Embedded {
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Waits until the operation is over. */
  ended(operationId: string): Promise<OperationView>;
  /** Provisions and waits. */
  provision(name: string, body: object): Promise<OperationView>;
  stack(name: string): Promise<StackDetail>;
}

export const tableName = (): string => `t${randomBytes(8).toString('hex')}`;

export async function startPlane(
  options: Pick<EmbeddedOptions, 'trace' | 'speed' | 'log' | 'kubeconfig'> = {},
): Promise<TestPlane> {
  const embedded = await startEmbedded({
    speed: SPEED,
    ...options,
    tables: inject('tables'),
    tableName: tableName(),
  });
  return { ...embedded, ...client(embedded.url) };
}

/** The API at `url`, as tests use it. */
export function client(url: string): Pick<TestPlane, 'api' | 'ended' | 'provision' | 'stack'> {
  const api: TestPlane['api'] = async (method, path, body, headers = {}) => {
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
  const ended: TestPlane['ended'] = async (id) => {
    for (;;) {
      const operation = (await api('GET', `/operations/${id}`)).body as OperationView;
      if (operation.state !== 'Running') return operation;
      await setTimeout(30);
    }
  };
  return {
    api,
    ended,
    async provision(name, body) {
      const { status, body: operation } = await api('PUT', `/stacks/${name}`, body);
      if (status !== 202) throw new Error(`provision ${name}: ${status} ${JSON.stringify(operation)}`);
      return ended((operation as OperationView).id);
    },
    stack: async (name) => (await api('GET', `/stacks/${name}`)).body as StackDetail,
  };
}

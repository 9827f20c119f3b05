import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { OperationResult, StepRun } from '../../lib/domain/run.ts';

/** A write that the activity of an operation sends to Azure, a cluster or a receipt. */
export interface Write {
  operation: string;
  target: 'azure' | 'kubernetes' | 'receipt';
  method: string;
  path: string;
}

/** POST requests that change nothing. */
const READS = /\/(list\w*|check\w*|selfsubjectaccessreviews)(\?|$)/i;

const isWrite = (method: string, path: string) =>
  !['GET', 'HEAD'].includes(method) && !(method === 'POST' && READS.test(path));

/**
 * Reports each write at the moment at which it is sent. The operation of a request follows its activity through the
 * asynchronous context: Azure's clients use Node.js's HTTP client, that of Kubernetes undici. Must be called before the
 * app is loaded, and after the local host.
 */
export async function observeWrites(
  report: (write: Write) => void,
  ports: { tables: string },
): Promise<void> {
  const { app } = await import('@azure/functions');
  const running = new AsyncLocalStorage<string>();

  app.hook.preInvocation((context) => {
    const [input] = context.inputs as [Partial<StepRun & OperationResult> | undefined];
    const operation = input?.operation ?? input?.id;
    if (context.invocationContext.options.trigger.type !== 'activityTrigger' || operation === undefined)
      return;
    const { functionHandler } = context;
    context.functionHandler = (...args): unknown =>
      running.run(operation, () => functionHandler(...args) as unknown);
  });

  const sent = (target: 'azure' | 'kubernetes', method: string, path: string) => {
    const operation = running.getStore();
    if (operation !== undefined && isWrite(method, path)) report({ operation, target, method, path });
  };
  subscribe('http.client.request.created', (message) => {
    const { request } = message as { request: ClientRequest };
    const isTables = String(request.getHeader('host')).endsWith(`:${ports.tables}`);
    if (!isTables) {
      sent('azure', request.method, request.path);
      return;
    }
    const operation = running.getStore();
    const path = decodeURIComponent(request.path);
    if (operation !== undefined && request.method !== 'GET' && path.includes(`RowKey='receipt|`))
      report({ operation, target: 'receipt', method: request.method, path });
  });
  subscribe('undici:request:create', (message) => {
    const { request } = message as { request: { method: string; path: string } };
    sent('kubernetes', request.method, request.path);
  });
}

import { OrchestrationRuntimeStatus, type DurableClient } from 'durable-functions';
import type { Workflows, WorkflowState } from '../lib/services.ts';

const RUNNING = new Set<OrchestrationRuntimeStatus>([
  OrchestrationRuntimeStatus.Running,
  OrchestrationRuntimeStatus.Pending,
  OrchestrationRuntimeStatus.ContinuedAsNew,
  OrchestrationRuntimeStatus.Suspended,
]);

/** The state of an orchestration. */
export async function instanceStateOf(client: DurableClient, id: string): Promise<WorkflowState> {
  try {
    const status = await client.getStatus(id);
    return RUNNING.has(status.runtimeStatus) ? 'running' : 'ended';
  } catch (error) {
    if (isAbsent(error)) return 'absent';
    throw error;
  }
}

/** Runs operations on Durable Functions: an operation is an orchestration with the same id. */
export function workflowsOf(client: DurableClient): Workflows {
  const stateOf = (id: string) => instanceStateOf(client, id);
  return {
    stateOf,
    async start(operation) {
      if ((await stateOf(operation.id)) !== 'absent') return;
      try {
        await client.startNew(operation.kind, { instanceId: operation.id, input: operation });
      } catch (error) {
        // Another caller may have started it in between.
        if ((await stateOf(operation.id)) === 'absent') throw error;
      }
    },
    terminate: (id, reason) => client.terminate(id, reason),
  };
}

/**
 * Whether the instance does not exist. The client has no error type and no other call for this: for HTTP 404
 * it throws a plain Error with this text (`getStatus` in durable-functions' DurableClient.js).
 */
const isAbsent = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('replied with HTTP 404');

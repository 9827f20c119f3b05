import { OrchestrationRuntimeStatus, type DurableClient } from 'durable-functions';
import type { Workflows, WorkflowState } from '../lib/services.ts';

const RUNNING = new Set<OrchestrationRuntimeStatus>([
  OrchestrationRuntimeStatus.Running,
  OrchestrationRuntimeStatus.Pending,
  OrchestrationRuntimeStatus.ContinuedAsNew,
  OrchestrationRuntimeStatus.Suspended,
]);

/** Runs operations on Durable Functions: an operation is an orchestration, under the same id. */
export function workflowsOf(client: DurableClient): Workflows {
  const stateOf = async (id: string): Promise<WorkflowState> => {
    try {
      const status = await client.getStatus(id);
      return RUNNING.has(status.runtimeStatus) ? 'running' : 'ended';
    } catch (error) {
      // The client throws for an instance that does not exist, as for an answer that it does not understand.
      if (error instanceof Error && /HTTP 404/.test(error.message)) return 'absent';
      throw error;
    }
  };
  return {
    stateOf,
    async start(operation) {
      if ((await stateOf(operation.id)) !== 'absent') return;
      await client.startNew(operation.kind, { instanceId: operation.id, input: operation });
    },
    terminate: (id, reason) => client.terminate(id, reason),
  };
}

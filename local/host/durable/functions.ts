import type { Invoke } from '../invocation.ts';
import { findFunction } from '../registry.ts';
import { fromTypedData, toTypedData } from '../rpc.ts';
import type { OrchestratorState } from './actions.ts';

/** The functions of the app that the engine calls. */
export interface DurableFunctions {
  functionExists(triggerType: string, name: string): boolean;
  /** Runs an orchestrator with the JSON of its trigger. */
  runOrchestrator(name: string, input: string): Promise<OrchestratorState>;
  /** Runs an activity. Rejects with its error. */
  runActivity(name: string, input: unknown): Promise<unknown>;
}

/** In the error message of a failed orchestrator, this marker precedes its state. */
const STATE_MARKER = '\n\n$OutOfProcData$:';

/** Finds the functions in the registry and invokes them. */
export function durableFunctions(invoke: Invoke): DurableFunctions {
  const required = (triggerType: string, name: string) => {
    const found = findFunction(triggerType, name);
    if (found === undefined) throw new Error(`The function '${name}' doesn't exist or is disabled.`);
    return found;
  };
  return {
    functionExists: (triggerType, name) => findFunction(triggerType, name) !== undefined,
    async runOrchestrator(name, input) {
      try {
        const { returnValue } = await invoke(required('orchestrationTrigger', name), { json: input });
        return fromTypedData(returnValue) as OrchestratorState;
      } catch (error) {
        const state = error instanceof Error ? error.message.split(STATE_MARKER)[1] : undefined;
        if (state === undefined) throw error;
        return { error: '', ...(JSON.parse(state) as OrchestratorState) };
      }
    },
    async runActivity(name, input) {
      const { returnValue } = await invoke(required('activityTrigger', name), toTypedData(input));
      return fromTypedData(returnValue);
    },
  };
}

import type { Invoke } from '../invocation.ts';
import { findFunction } from '../registry.ts';
import { fromTypedData, toTypedData } from '../rpc.ts';
import type { OrchestratorState } from './actions.ts';

/** The functions of the app as the engine sees them. */
export interface DurableFunctions {
  functionExists(triggerType: string, name: string): boolean;
  /** Runs an orchestrator on the JSON of its trigger. */
  runOrchestrator(name: string, input: string): Promise<OrchestratorState>;
  /** Runs an activity; rejects with what it threw. */
  runActivity(name: string, input: unknown): Promise<unknown>;
}

/** An orchestrator that throws reports its state behind this mark in the message of the error. */
const STATE_MARK = '\n\n$OutOfProcData$:';

/** Finds the functions in the registry and runs them through the library. */
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
        const state = error instanceof Error ? error.message.split(STATE_MARK)[1] : undefined;
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

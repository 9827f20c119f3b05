import { toError } from '../errors.ts';
import type { Log } from '../registry.ts';
import { EventType } from './events.ts';
import type { MessageEvent, TaskScheduled } from './events.ts';
import type { DurableFunctions } from './functions.ts';

/** Runs a scheduled activity. Returns the message with its result for the orchestrator. */
export async function runActivity(
  functions: DurableFunctions,
  task: TaskScheduled,
  log: Log,
): Promise<MessageEvent> {
  const TaskScheduledId = task.EventId;
  try {
    const result = await functions.runActivity(
      task.Name,
      task.Input === null ? null : JSON.parse(task.Input),
    );
    return { EventType: EventType.TaskCompleted, TaskScheduledId, Result: JSON.stringify(result ?? null) };
  } catch (error) {
    const { message, stack = '' } = toError(error);
    log('error', `Function.${task.Name}`, stack);
    return {
      EventType: EventType.TaskFailed,
      TaskScheduledId,
      Reason: `Activity function '${task.Name}' failed: ${message}`,
      Details: stack,
    };
  }
}

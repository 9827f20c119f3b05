import { EventType } from './events.ts';
import type { TaskEvent } from './events.ts';

const KINDS: Record<TaskEvent['EventType'], string> = {
  [EventType.TaskScheduled]: 'an activity task',
  [EventType.SubOrchestrationInstanceCreated]: 'a sub-orchestration instance',
  [EventType.TimerCreated]: 'a timer task',
};

/** Throws the error of the Durable Task Framework if a replay schedules a different task than the history has. */
export function checkDeterminism(previous: TaskEvent, current: TaskEvent | undefined): void {
  const was = describe(previous);
  if (current === undefined)
    throw nonDeterministic(
      previous.EventId,
      was,
      "but the current replay execution hasn't (yet?) scheduled this task",
    );
  const is = describe(current);
  if (was !== is)
    throw nonDeterministic(
      previous.EventId,
      was,
      `but the current orchestration replay instead scheduled ${is} with this sequence number`,
    );
}

const describe = (task: TaskEvent): string =>
  'Name' in task ? `${KINDS[task.EventType]} named '${task.Name}'` : KINDS[task.EventType];

const nonDeterministic = (id: number, was: string, difference: string): Error =>
  new Error(
    `Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ${was} ` +
      `with sequence number ${id}, ${difference}. Was a change made to the orchestrator code after this ` +
      `instance had already started running?`,
  );

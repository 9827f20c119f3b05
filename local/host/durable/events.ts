/** Codes of the history events in the contract between the Durable extension and its SDKs. */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
} as const;

type Codes = typeof EventType;

/** A scheduled task. `EventId` is the task id. In all events, `Input` and `Result` are JSON strings. */
export interface TaskScheduled {
  EventType: Codes['TaskScheduled'];
  EventId: number;
  Name: string;
  Input: string | null;
}

export interface SubOrchestrationCreated {
  EventType: Codes['SubOrchestrationInstanceCreated'];
  EventId: number;
  Name: string;
  Input: string | null;
  InstanceId: string;
  Version?: string;
}

export interface TimerCreated {
  EventType: Codes['TimerCreated'];
  EventId: number;
  FireAt: string;
}

export type TaskEvent = TaskScheduled | SubOrchestrationCreated | TimerCreated;

/** A message to an instance, which starts its next episode. */
export type MessageEvent =
  | { EventType: Codes['TaskCompleted']; TaskScheduledId: number; Result: string }
  | { EventType: Codes['TaskFailed']; TaskScheduledId: number; Reason: string; Details: string }
  | { EventType: Codes['SubOrchestrationInstanceCompleted']; TaskScheduledId: number; Result: string }
  | {
      EventType: Codes['SubOrchestrationInstanceFailed'];
      TaskScheduledId: number;
      Reason: string;
      Details: string;
    }
  | { EventType: Codes['TimerFired']; TimerId: number; FireAt: string }
  | { EventType: Codes['EventRaised']; Name: string; Input: string | null };

type LifecycleEvent =
  | { EventType: Codes['ExecutionStarted']; Name: string; Input: string | null; Version?: string }
  | { EventType: Codes['ExecutionCompleted']; OrchestrationStatus: string; Result: string | null }
  | { EventType: Codes['OrchestratorStarted'] }
  | { EventType: Codes['OrchestratorCompleted'] };

export type UnstampedEvent = TaskEvent | MessageEvent | LifecycleEvent;

export type HistoryEvent = UnstampedEvent & { EventId: number; IsPlayed: boolean; Timestamp: string };

/** Adds the common fields to an event. Only scheduled tasks have an id. `time` is in milliseconds since the epoch. */
export const stamp = (event: UnstampedEvent, time: number): HistoryEvent => ({
  EventId: -1,
  ...event,
  IsPlayed: false,
  Timestamp: new Date(time).toISOString(),
});

/** The id of the task that this event settles, if any. */
export function completedTask(event: HistoryEvent): number | undefined {
  if ('TaskScheduledId' in event) return event.TaskScheduledId;
  return 'TimerId' in event ? event.TimerId : undefined;
}

/** Whether the event is a scheduled task. */
export function isTaskEvent(event: HistoryEvent): event is HistoryEvent & TaskEvent {
  return (
    event.EventType === EventType.TaskScheduled ||
    event.EventType === EventType.SubOrchestrationInstanceCreated ||
    event.EventType === EventType.TimerCreated
  );
}

const NAMES = new Map<number, string>(Object.entries(EventType).map(([name, code]) => [code, name]));

/** The name of an event type in the management API. */
export const eventName = ({ EventType: code }: { EventType: number }): string =>
  NAMES.get(code) ?? String(code);

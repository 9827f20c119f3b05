import type { ClockTimer } from '../../clock.ts';
import type { HistoryEvent } from './events.ts';
import type { InstanceRecord, Message, Store } from './store.ts';

/** An unfinished instance, cached in memory so that an episode does not read the store. */
export interface Instance {
  readonly record: InstanceRecord;
  history: HistoryEvent[];
  /** The serialized history for the next replay. */
  replayed: string[];
  messages: Message[];
  readonly timers: Set<ClockTimer>;
  /** True while an episode is queued or running. */
  isBusy: boolean;
}

/** Whether the instance is in a terminal state. */
export const isFinished = ({ status }: InstanceRecord): boolean =>
  status === 'Completed' || status === 'Failed' || status === 'Terminated';

/** Creates an instance without history. */
export function newInstance(record: InstanceRecord): Instance {
  return { record, history: [], replayed: [], messages: [], timers: new Set(), isBusy: false };
}

/** Loads an instance with its history and messages from the store. */
export function loadInstance(store: Store, record: InstanceRecord): Instance {
  const history = store.history(record.instanceId);
  return {
    ...newInstance(record),
    history,
    replayed: history.map((event) => JSON.stringify(event)),
    messages: store.messages(record.instanceId),
  };
}

/** Appends events to the history. */
export function append(store: Store, instance: Instance, events: HistoryEvent[]): void {
  for (const event of events) {
    const replayed = { ...event, IsPlayed: true };
    const text = JSON.stringify(replayed);
    store.append(instance.record.instanceId, instance.history.length, text);
    instance.history.push(replayed);
    instance.replayed.push(text);
  }
}

/** Cancels the timers of an ended execution. */
export function cancelTimers(instance: Instance): void {
  for (const timer of instance.timers) timer.cancel();
  instance.timers.clear();
}

/** Whether an episode is due: the first one, or one for new messages. A suspended instance has none. */
export const hasWork = ({ record, history, messages }: Instance): boolean =>
  record.status !== 'Suspended' && (history.length === 0 || messages.length > 0);

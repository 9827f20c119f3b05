import type { ClockTimer } from '../../clock.ts';
import type { HistoryEvent } from './events.ts';
import type { InstanceRecord, Message, Store } from './store.ts';

/** An unfinished instance, kept in memory so that an episode reads nothing from the store. */
export interface Instance {
  readonly record: InstanceRecord;
  history: HistoryEvent[];
  /** The history as JSON, as the next replay is given it. */
  replayed: string[];
  messages: Message[];
  readonly timers: Set<ClockTimer>;
  /** True while an episode is queued or runs. */
  busy: boolean;
}

/** True when nothing can happen to the instance any more. */
export const isFinished = ({ status }: InstanceRecord): boolean =>
  status === 'Completed' || status === 'Failed' || status === 'Terminated';

/** An instance that has not run yet. */
export function newInstance(record: InstanceRecord): Instance {
  return { record, history: [], replayed: [], messages: [], timers: new Set(), busy: false };
}

/** An instance with the history and the messages that the store has. */
export function loadInstance(store: Store, record: InstanceRecord): Instance {
  const history = store.history(record.instanceId);
  return {
    ...newInstance(record),
    history,
    replayed: history.map((event) => JSON.stringify(event)),
    messages: store.messages(record.instanceId),
  };
}

/** Adds events to the history; from now on they are replayed. */
export function append(store: Store, instance: Instance, events: HistoryEvent[]): void {
  for (const event of events) {
    const replayed = { ...event, IsPlayed: true };
    const text = JSON.stringify(replayed);
    store.append(instance.record.instanceId, instance.history.length, text);
    instance.history.push(replayed);
    instance.replayed.push(text);
  }
}

/** Forgets the timers of an execution that is over. */
export function cancelTimers(instance: Instance): void {
  for (const timer of instance.timers) timer.cancel();
  instance.timers.clear();
}

/** A started instance whose messages are all consumed has nothing to do; a suspended one may not. */
export const hasWork = ({ record, history, messages }: Instance): boolean =>
  record.status !== 'Suspended' && (history.length === 0 || messages.length > 0);

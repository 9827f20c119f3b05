import { eventName } from './events.ts';
import type { HistoryEvent } from './events.ts';
import type { InstanceRecord } from './store.ts';

/** The status of an instance in the management API. */
export interface InstanceStatus {
  name: string;
  instanceId: string;
  runtimeStatus: string;
  input: unknown;
  customStatus: unknown;
  output: unknown;
  /** With a precision of seconds, as in the extension. */
  createdTime: string;
  lastUpdatedTime: string;
  historyEvents?: object[];
}

/** The status without the history. */
export function instanceStatus(record: InstanceRecord, showInput: boolean): InstanceStatus {
  return {
    name: record.name,
    instanceId: record.instanceId,
    runtimeStatus: record.status,
    input: showInput ? fromJson(record.input) : null,
    customStatus: fromJson(record.customStatus),
    output: fromJson(record.output),
    createdTime: seconds(record.createdTime),
    lastUpdatedTime: seconds(record.lastUpdatedTime),
  };
}

/** The history with event names instead of codes. It has results only if `showOutput` is set, and no inputs. */
export const historyStatus = (history: HistoryEvent[], showOutput: boolean): object[] =>
  history.map((event) => ({
    ...event,
    EventType: eventName(event),
    ...('Input' in event && { Input: undefined }),
    ...('Result' in event && !showOutput && { Result: undefined }),
  }));

const fromJson = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
const seconds = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

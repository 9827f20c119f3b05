import { eventName } from './events.ts';
import type { HistoryEvent } from './events.ts';
import type { InstanceRecord } from './store.ts';

/** An instance as the management API shows it. */
export interface InstanceStatus {
  name: string;
  instanceId: string;
  runtimeStatus: string;
  input: unknown;
  customStatus: unknown;
  output: unknown;
  /** Whole seconds, as the extension writes them. */
  createdTime: string;
  lastUpdatedTime: string;
  historyEvents?: object[];
}

/** The status without its history. */
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

/** The history with names for codes; payloads only when asked for. */
export const historyStatus = (history: HistoryEvent[], showOutput: boolean): object[] =>
  history.map((event) => ({
    ...event,
    EventType: eventName(event),
    ...('Input' in event && { Input: undefined }),
    ...('Result' in event && !showOutput && { Result: undefined }),
  }));

const fromJson = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
const seconds = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

import type { OrchestratorState } from './actions.ts';
import { EventType, stamp } from './events.ts';
import type { HistoryEvent, TaskEvent } from './events.ts';
import type { Instance } from './instances.ts';
import { replay } from './replay.ts';
import type { ReplayContext } from './replay.ts';
import type { InstanceRecord, Message } from './store.ts';

/** The result of one replay of an orchestrator with its new messages. */
export interface Episode {
  consumed: Message[];
  /** The events to append to the history. */
  events: HistoryEvent[];
  newTasks: TaskEvent[];
  /** JSON; undefined if the orchestrator did not set it. */
  customStatus?: string;
  outcome: Outcome;
}

export type Outcome =
  | { kind: 'waiting' }
  | { kind: 'completed'; output: unknown }
  | { kind: 'failed'; reason: string }
  | { kind: 'continuedAsNew'; input: unknown };

export interface EpisodeContext {
  now(): number;
  functionExists: ReplayContext['functionExists'];
  /** Runs the orchestrator function with a JSON input. Rejects if it cannot run. */
  runOrchestrator(name: string, input: string): Promise<OrchestratorState>;
}

const CUSTOM_STATUS_LIMIT = 16 * 1024;

/** Replays an instance with its new messages, without changing it. Rejects if the instance must fail. */
export async function runEpisode(instance: Instance, context: EpisodeContext): Promise<Episode> {
  const { record } = instance;
  const consumed = [...instance.messages];
  const newEvents: HistoryEvent[] = [
    stamp({ EventType: EventType.OrchestratorStarted }, context.now()),
    ...(instance.history.length === 0 ? [executionStarted(record, context.now())] : []),
    ...consumed.map(({ event }) => event),
  ];
  const state = await context.runOrchestrator(record.name, orchestratorInput(instance, newEvents));
  const { functionExists } = context;
  const { executionId } = record;
  const result = replay(state.actions[0], [...instance.history, ...newEvents], {
    executionId,
    functionExists,
  });

  const stamped = result.newTasks.map((task) => stamp(task, context.now()));
  const completed = stamp({ EventType: EventType.OrchestratorCompleted }, context.now());
  return {
    consumed,
    events: [...newEvents, ...stamped, completed],
    newTasks: result.newTasks,
    ...(state.customStatus !== undefined && { customStatus: limited(state.customStatus) }),
    outcome: outcomeOf(record, state, result.isFinished, result.continueAsNew),
  };
}

function outcomeOf(
  record: InstanceRecord,
  state: OrchestratorState,
  isFinished: boolean,
  continueAsNew: { input: unknown } | undefined,
): Outcome {
  if (!isFinished) return { kind: 'waiting' };
  if (state.error !== undefined) return { kind: 'failed', reason: failureText(record.name, state.error) };
  if (continueAsNew !== undefined) return { kind: 'continuedAsNew', input: continueAsNew.input };
  return state.isDone ? { kind: 'completed', output: state.output } : { kind: 'waiting' };
}

/** The output of a failed instance. */
export const failureText = (name: string, message: string): string =>
  `Orchestrator function '${name}' failed: ${message}`;

const executionStarted = ({ name, input, version }: InstanceRecord, now: number): HistoryEvent =>
  stamp(
    {
      EventType: EventType.ExecutionStarted,
      Name: name,
      Input: input,
      ...(version !== null && { Version: version }),
    },
    now,
  );

/** The input as text. Concatenation avoids serializing a long history in every episode. */
function orchestratorInput({ record, replayed, history }: Instance, newEvents: HistoryEvent[]): string {
  const events = [...replayed, ...newEvents.map((event) => JSON.stringify(event))].join(',');
  const settings = JSON.stringify({
    instanceId: record.instanceId,
    isReplaying: history.length > 0,
    parentInstanceId: record.parent?.instanceId ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 2,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  });
  return `{"history":[${events}],"input":${record.input ?? 'null'},${settings.slice(1)}`;
}

function limited(customStatus: unknown): string {
  const text = JSON.stringify(customStatus);
  const size = Buffer.byteLength(text, 'utf16le');
  if (size > CUSTOM_STATUS_LIMIT)
    throw new Error(
      'The UTF-16 size of the JSON-serialized payload must not exceed 16 KB. ' +
        `The current payload size is ${Math.round(size / 1024)} KB.`,
    );
  return text;
}

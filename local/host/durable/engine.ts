import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { toError } from '../errors.ts';
import type { HostSettings } from '../host-json.ts';
import type { Log } from '../registry.ts';
import { createWorkQueue } from '../work-queue.ts';
import { runActivity } from './activities.ts';
import { createDispatch } from './dispatch.ts';
import type { NewInstance } from './dispatch.ts';
import { failureText, runEpisode } from './episode.ts';
import type { Episode } from './episode.ts';
import { completedTask, EventType, isTaskEvent, stamp } from './events.ts';
import type { MessageEvent } from './events.ts';
import type { DurableFunctions } from './functions.ts';
import { append, cancelTimers, hasWork, loadInstance, newInstance } from './instances.ts';
import type { Instance } from './instances.ts';
import type { InstanceRecord, RuntimeStatus, Store } from './store.ts';

export interface EngineOptions {
  store: Store;
  clock: Clock;
  functions: DurableFunctions;
  settings: Pick<HostSettings, 'maxConcurrentActivityFunctions' | 'maxConcurrentOrchestratorFunctions'>;
  log: Log;
}

/** Runs orchestrations. The management methods require an unfinished instance. */
export interface Engine {
  find: (instanceId: string) => InstanceRecord | undefined;
  /** Starts an instance. It replaces a finished instance with the same id. */
  start: (instance: NewInstance) => void;
  raiseEvent: (instanceId: string, name: string, input: string | null) => void;
  terminate: (instanceId: string, reason: string | null) => void;
  suspend: (instanceId: string) => void;
  resume: (instanceId: string) => void;
  /** Resumes all unfinished instances of the store. Returns their number. */
  recover: () => number;
  /** Stops all processing. Later results are ignored. */
  stop: () => void;
}

/** Creates an engine for the orchestrations of a store. It is idle until `recover` or `start`. */
export function createEngine({ store, clock, functions, settings, log }: EngineOptions): Engine {
  const live = new Map<string, Instance>();
  let isStopped = false;
  const onError = (error: unknown) => {
    log('error', 'Host.Durable', toError(error).stack ?? String(error));
  };
  const episodes = createWorkQueue(settings.maxConcurrentOrchestratorFunctions, setImmediate, onError);
  const episodeContext = { ...functions, now: () => clock.now() };

  const dispatch = createDispatch({
    clock,
    activities: createWorkQueue(settings.maxConcurrentActivityFunctions, queueMicrotask, onError),
    runActivity: (task) => runActivity(functions, task, log),
    isStopped: () => isStopped,
    isLive,
    find,
    start,
    deliver,
    report,
  });

  function isLive(instance: Instance): boolean {
    return !isStopped && live.get(instance.record.instanceId) === instance;
  }

  function wake(instance: Instance): void {
    if (instance.isBusy || !isLive(instance) || !hasWork(instance)) return;
    instance.isBusy = true;
    episodes.add(() => run(instance));
  }

  async function run(instance: Instance): Promise<void> {
    try {
      if (!isLive(instance) || !hasWork(instance)) return;
      const commit = await attempt(instance);
      if (isLive(instance)) store.transaction(commit);
    } finally {
      instance.isBusy = false;
      wake(instance);
    }
  }

  /** Replays the instance. Returns a function that writes the result and needs a transaction. */
  async function attempt(instance: Instance): Promise<() => void> {
    try {
      const episode = await runEpisode(instance, episodeContext);
      return () => {
        apply(instance, episode);
      };
    } catch (error) {
      const reason = failureText(instance.record.name, toError(error).message);
      return () => {
        finish(instance, 'Failed', reason);
      };
    }
  }

  function apply(instance: Instance, episode: Episode): void {
    const { record } = instance;
    const { outcome } = episode;
    append(store, instance, episode.events);
    for (const { sequence } of episode.consumed) store.consume(sequence);
    instance.messages = instance.messages.slice(episode.consumed.length);
    if (episode.customStatus !== undefined) record.customStatus = episode.customStatus;
    if (record.status === 'Pending') record.status = 'Running';
    for (const task of episode.newTasks) dispatch(instance, task);
    if (outcome.kind === 'completed') finish(instance, 'Completed', outcome.output);
    else if (outcome.kind === 'failed') finish(instance, 'Failed', outcome.reason);
    else if (outcome.kind === 'continuedAsNew') continueAsNew(instance, outcome.input);
    else touch(record);
  }

  function touch(record: InstanceRecord): void {
    record.lastUpdatedTime = clock.now();
    store.save(record);
  }

  function deliver(instance: Instance, message: MessageEvent): void {
    const event = stamp(message, clock.now());
    const sequence = store.deliver(instance.record.instanceId, event);
    instance.messages.push({ sequence, event });
    wake(instance);
  }

  function find(instanceId: string): InstanceRecord | undefined {
    return live.get(instanceId)?.record ?? store.get(instanceId);
  }

  function start({ parent = null, ...instance }: NewInstance): void {
    const now = clock.now();
    const record: InstanceRecord = {
      ...instance,
      parent,
      executionId: randomUUID().replaceAll('-', ''),
      status: 'Pending',
      createdTime: now,
      lastUpdatedTime: now,
      output: null,
      customStatus: null,
    };
    store.purge(record.instanceId);
    store.save(record);
    const started = newInstance(record);
    live.set(record.instanceId, started);
    wake(started);
  }

  function finish(instance: Instance, status: RuntimeStatus, output: unknown): void {
    const { record } = instance;
    record.status = status;
    record.output = JSON.stringify(output ?? null);
    const completed = {
      EventType: EventType.ExecutionCompleted,
      OrchestrationStatus: status,
      Result: record.output,
    };
    append(store, instance, [stamp(completed, clock.now())]);
    store.clearMessages(record.instanceId);
    touch(record);
    cancelTimers(instance);
    live.delete(record.instanceId);
    if (status === 'Failed')
      log('error', `Function.${record.name}`, `${record.instanceId}: ${String(output)}`);
    report(record);
  }

  /** Sends the result of a sub-orchestration to its parent, if that still runs the same execution. */
  function report({ parent, status, output }: InstanceRecord): void {
    const waiting = parent === null ? undefined : live.get(parent.instanceId);
    if (parent === null || waiting?.record.executionId !== parent.executionId) return;
    const TaskScheduledId = parent.taskId;
    const Result = output ?? 'null';
    if (status === 'Completed') {
      deliver(waiting, { EventType: EventType.SubOrchestrationInstanceCompleted, TaskScheduledId, Result });
    } else {
      const Reason = String(JSON.parse(Result));
      deliver(waiting, {
        EventType: EventType.SubOrchestrationInstanceFailed,
        TaskScheduledId,
        Reason,
        Details: '',
      });
    }
  }

  /** Starts a new execution. It keeps unconsumed external events, but not those that were buffered in the history. */
  function continueAsNew(instance: Instance, input: unknown): void {
    const { record } = instance;
    const isEvent = ({ event }: Instance['messages'][number]) => event.EventType === EventType.EventRaised;
    for (const message of instance.messages) if (!isEvent(message)) store.consume(message.sequence);
    instance.messages = instance.messages.filter(isEvent);
    store.clearHistory(record.instanceId);
    instance.history = [];
    instance.replayed = [];
    cancelTimers(instance);
    record.executionId = randomUUID().replaceAll('-', '');
    record.input = input === undefined ? null : JSON.stringify(input);
    touch(record);
  }

  const withLive = (instanceId: string, act: (instance: Instance) => void) => {
    const instance = live.get(instanceId);
    if (instance !== undefined) store.transaction(() => act(instance));
  };
  const changeStatus = (instanceId: string, status: RuntimeStatus) => {
    withLive(instanceId, (instance) => {
      instance.record.status = status;
      touch(instance.record);
      wake(instance);
    });
  };

  /** Starts all tasks without a recorded result. An activity therefore runs at least once. */
  function resumeTasks(instance: Instance): void {
    const events = [...instance.history, ...instance.messages.map(({ event }) => event)];
    const completed = new Set(events.map(completedTask));
    for (const event of instance.history)
      if (isTaskEvent(event) && !completed.has(event.EventId)) dispatch(instance, event);
  }

  return {
    find,
    start(instance) {
      store.transaction(() => {
        start(instance);
      });
    },
    raiseEvent(instanceId, name, input) {
      withLive(instanceId, (instance) => {
        deliver(instance, { EventType: EventType.EventRaised, Name: name, Input: input });
      });
    },
    terminate(instanceId, reason) {
      withLive(instanceId, (instance) => {
        finish(instance, 'Terminated', reason);
      });
    },
    suspend(instanceId) {
      changeStatus(instanceId, 'Suspended');
    },
    resume(instanceId) {
      if (find(instanceId)?.status === 'Suspended') changeStatus(instanceId, 'Running');
    },
    recover() {
      const instances = store.unfinished().map((record) => loadInstance(store, record));
      for (const instance of instances) live.set(instance.record.instanceId, instance);
      store.transaction(() => {
        instances.forEach(resumeTasks);
      });
      instances.forEach(wake);
      return instances.length;
    },
    stop() {
      isStopped = true;
      for (const instance of live.values()) cancelTimers(instance);
    },
  };
}

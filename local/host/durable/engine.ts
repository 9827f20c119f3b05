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

/** Runs orchestrations. The management calls expect an instance that exists and is not finished. */
export interface Engine {
  find: (instanceId: string) => InstanceRecord | undefined;
  /** Starts an instance; a finished one with the same id is replaced. */
  start: (instance: NewInstance) => void;
  raiseEvent: (instanceId: string, name: string, input: string | null) => void;
  terminate: (instanceId: string, reason: string | null) => void;
  suspend: (instanceId: string) => void;
  resume: (instanceId: string) => void;
  /** Takes up every unfinished instance of the store; returns how many there are. */
  recover: () => number;
  /** Lets nothing happen any more; results that arrive later are ignored. */
  stop: () => void;
}

/** Runs the orchestrations of a store; nothing happens before `recover` or `start`. */
export function createEngine({ store, clock, functions, settings, log }: EngineOptions): Engine {
  const live = new Map<string, Instance>();
  let stopped = false;
  const onError = (error: unknown) => {
    log('error', 'Host.Durable', toError(error).stack ?? String(error));
  };
  const episodes = createWorkQueue(settings.maxConcurrentOrchestratorFunctions, setImmediate, onError);
  const episodeContext = { ...functions, now: () => clock.now() };

  const dispatch = createDispatch({
    clock,
    activities: createWorkQueue(settings.maxConcurrentActivityFunctions, queueMicrotask, onError),
    runActivity: (task) => runActivity(functions, task, log),
    isStopped: () => stopped,
    isLive,
    find,
    start,
    deliver,
    report,
  });

  function isLive(instance: Instance): boolean {
    return !stopped && live.get(instance.record.instanceId) === instance;
  }

  function wake(instance: Instance): void {
    if (instance.busy || !isLive(instance) || !hasWork(instance)) return;
    instance.busy = true;
    episodes.add(() => run(instance));
  }

  async function run(instance: Instance): Promise<void> {
    try {
      if (!isLive(instance) || !hasWork(instance)) return;
      const commit = await attempt(instance);
      if (isLive(instance)) store.transaction(commit);
    } finally {
      instance.busy = false;
      wake(instance);
    }
  }

  /** Replays the instance; returns what is to be written in one transaction. */
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

  /** Tells the waiting parent how its sub-orchestration ended; a parent that is gone needs no message. */
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

  /** A new execution keeps the events that have not been seen yet, not those that nobody waited for. */
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

  /** Activities run at least once: one without a recorded result runs again. */
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
      stopped = true;
      for (const instance of live.values()) cancelTimers(instance);
    },
  };
}

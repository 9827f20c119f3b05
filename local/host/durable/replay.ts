import { ActionType } from './actions.ts';
import type { Action, ActivityCall, RetryOptions, SubOrchestratorCall } from './actions.ts';
import { checkDeterminism } from './determinism.ts';
import { completedTask, EventType, isTaskEvent } from './events.ts';
import type { HistoryEvent, TaskEvent } from './events.ts';
import { openTask, settle, whenAll, whenAny, whenSettled } from './tasks.ts';
import type { Task } from './tasks.ts';

/**
 * The extension's part of a replay. The SDK reports its actions; the extension awaits them sequentially against the
 * same history and assigns ids to the scheduled tasks. Both sides assign the same ids, with one known exception: a
 * task that is yielded, and yielded again in `Task.any` or `Task.all`, is scheduled twice, as on Azure.
 */
export interface Replay {
  /** The tasks that are not in the history, sorted by id. */
  newTasks: TaskEvent[];
  /** Whether all actions are settled. */
  isFinished: boolean;
  /** Set if the orchestrator continued as new with this input. */
  continueAsNew?: { input: unknown };
}

export interface ReplayContext {
  executionId: string;
  functionExists(triggerType: string, name: string): boolean;
}

/** Azure Storage keeps a message for at most 7 days, so the extension splits longer timers. */
const MAX_TIMER = 6 * 86_400_000;
const LONG_TIMER_INTERVAL = 3 * 86_400_000;

/** Throws if the history does not match the actions, or if the local host does not support an action. */
export function replay(actions: Action[], history: HistoryEvent[], context: ReplayContext): Replay {
  const scheduled: TaskEvent[] = [];
  const recorded = new Set<number>();
  const open = new Map<number, Task>();
  const waiting = new Map<string, Task[]>();
  const buffered = new Map<string, number>();
  let now = 0;
  let continueAsNew: Replay['continueAsNew'];

  const schedule = (event: (id: number) => TaskEvent): Task => {
    const id = scheduled.length;
    const task = openTask();
    scheduled.push(event(id));
    open.set(id, task);
    return task;
  };
  const scheduleTimer = (fireAt: number): Task =>
    schedule((EventId) => ({
      EventType: EventType.TimerCreated,
      EventId,
      FireAt: new Date(fireAt).toISOString(),
    }));
  const callActivity = (call: ActivityCall): Task => {
    requireFunction('activityTrigger', call.functionName, 'an activity', context);
    return schedule((EventId) => ({
      EventType: EventType.TaskScheduled,
      EventId,
      Name: call.functionName,
      Input: toJson(call.input),
    }));
  };
  const callSubOrchestrator = (call: SubOrchestratorCall): Task => {
    requireFunction('orchestrationTrigger', call.functionName, 'an orchestrator', context);
    return schedule((EventId) => ({
      EventType: EventType.SubOrchestrationInstanceCreated,
      EventId,
      Name: call.functionName,
      Input: toJson(call.input),
      InstanceId: call.instanceId ?? `${context.executionId}:${EventId.toString(16).padStart(4, '0')}`,
      ...(call.version !== undefined && { Version: call.version }),
    }));
  };

  const createTimer = (fireAt: number): Task => {
    const timer = openTask();
    const next = () => {
      const part = scheduleTimer(fireAt - now > MAX_TIMER ? now + LONG_TIMER_INTERVAL : fireAt);
      whenSettled(part, () => {
        if (fireAt > now) next();
        else settle(timer, 'completed');
      });
    };
    next();
    return timer;
  };

  /** A timer follows every failed attempt, including the last one, and each timer has an id. */
  const withRetry = (options: RetryOptions, call: () => Task): Task => {
    const result = openTask();
    const firstAttempt = now;
    const attempt = (number: number) => {
      const task = call();
      whenSettled(task, () => {
        const isExpired = now - firstAttempt >= (options.retryTimeoutInMilliseconds ?? Infinity);
        if (task.state === 'completed' || isExpired) {
          settle(result, task.state === 'completed' ? 'completed' : 'failed');
          return;
        }
        whenSettled(scheduleTimer(now + retryDelay(options, number)), () => {
          if (number < options.maxNumberOfAttempts) attempt(number + 1);
          else settle(result, 'failed');
        });
      });
    };
    attempt(1);
    return result;
  };

  const waitForExternalEvent = (name: string): Task => {
    const task = openTask();
    const arrived = buffered.get(name) ?? 0;
    if (arrived > 0) {
      buffered.set(name, arrived - 1);
      settle(task, 'completed');
    } else waiting.set(name, [...(waiting.get(name) ?? []), task]);
    return task;
  };

  const invoke = (action: Action): Task => {
    switch (action.actionType) {
      case ActionType.CallActivity:
        return callActivity(action);
      case ActionType.CallActivityWithRetry:
        return withRetry(action.retryOptions, () => callActivity(action));
      case ActionType.CallSubOrchestrator:
        return callSubOrchestrator(action);
      case ActionType.CallSubOrchestratorWithRetry:
        return withRetry(action.retryOptions, () => callSubOrchestrator(action));
      case ActionType.CreateTimer:
        return createTimer(Date.parse(action.fireAt));
      case ActionType.WaitForExternalEvent:
        return waitForExternalEvent(action.externalEventName);
      case ActionType.WhenAll:
        return whenAll(action.compoundActions.map(invoke));
      case ActionType.WhenAny:
        return whenAny(action.compoundActions.map(invoke));
      case ActionType.ContinueAsNew:
        continueAsNew = { input: action.input };
        return { state: 'completed' };
      case ActionType.CallHttp:
        throw new Error('The local host does not support callHttp. Send the request from an activity.');
      default:
        throw new Error('The local host does not support entities.');
    }
  };

  let awaited = 0;
  let current: Task = { state: 'completed' };
  const advance = () => {
    for (let action; current.state !== 'open' && (action = actions[awaited]); awaited += 1)
      current = invoke(action);
  };

  for (const event of history) {
    if (isTaskEvent(event)) {
      checkDeterminism(event, recorded.has(event.EventId) ? undefined : scheduled[event.EventId]);
      recorded.add(event.EventId);
      continue;
    }
    if (event.EventType === EventType.OrchestratorStarted) now = Math.max(now, Date.parse(event.Timestamp));
    if (event.EventType === EventType.EventRaised) {
      // The latest wait for a name gets the event first.
      const task = waiting.get(event.Name)?.pop();
      if (task === undefined) buffered.set(event.Name, (buffered.get(event.Name) ?? 0) + 1);
      else settle(task, 'completed');
    }
    const id = completedTask(event);
    const task = id === undefined ? undefined : open.get(id);
    if (id !== undefined && task !== undefined) {
      open.delete(id);
      settle(task, 'Reason' in event ? 'failed' : 'completed');
    }
    if (event.EventType !== EventType.OrchestratorStarted) advance();
  }

  return {
    newTasks: scheduled.filter(({ EventId }) => !recorded.has(EventId)),
    isFinished: current.state !== 'open' && awaited === actions.length,
    ...(continueAsNew !== undefined && { continueAsNew }),
  };
}

const toJson = (input: unknown): string | null => (input === undefined ? null : JSON.stringify(input));

function retryDelay(options: RetryOptions, failures: number): number {
  const delay =
    options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** (failures - 1);
  return Math.min(delay, options.maxRetryIntervalInMilliseconds ?? Infinity);
}

function requireFunction(triggerType: string, name: string, kind: string, context: ReplayContext): void {
  if (!context.functionExists(triggerType, name))
    throw new Error(`The function '${name}' doesn't exist, is disabled, or is not ${kind} function.`);
}

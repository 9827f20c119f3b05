import { setTimeout as delay } from 'node:timers/promises';
import * as df from 'durable-functions';
import type { OrchestrationContext, Task } from 'durable-functions';
import { state } from './app-state.ts';

const { activity, orchestration } = df.app;

activity('greet', {
  handler: (name: string) => {
    state.greetings.push(name);
    return `hello ${name}`;
  },
});
activity('echo', { handler: (value: unknown) => value });
activity('fail', {
  handler: () => {
    throw new RangeError('out of range');
  },
});
activity('flaky', {
  handler: (failures: number) => {
    state.flakyCalls += 1;
    if (state.flakyCalls <= failures) throw new Error(`failure ${state.flakyCalls}`);
    return state.flakyCalls;
  },
});
activity('slow', {
  handler: async (milliseconds: number) => {
    state.activitiesRunning += 1;
    state.maxConcurrentActivities = Math.max(state.maxConcurrentActivities, state.activitiesRunning);
    await delay(milliseconds);
    state.activitiesRunning -= 1;
    return milliseconds;
  },
});

const later = (context: OrchestrationContext, milliseconds: number): Date =>
  new Date(context.df.currentUtcDateTime.getTime() + milliseconds);

const retryOptions = (attempts: number): df.RetryOptions => {
  const options = new df.RetryOptions(1000, attempts);
  options.backoffCoefficient = 2;
  return options;
};

orchestration('sequence', function* (context) {
  const greetings: unknown[] = [];
  for (const name of ['Ada', 'Grace', 'Barbara'])
    greetings.push(yield context.df.callActivity('greet', name));
  return greetings;
});

orchestration('types', function* (context) {
  const values: unknown[] = [];
  for (const value of ['text', 5, 1.5, true, null, { list: [1, 'two'] }, ''])
    values.push(yield context.df.callActivity('echo', value));
  return values;
});

orchestration('input', function* (context) {
  return { input: (yield context.df.callActivity('echo', context.df.getInput())) as unknown };
});

orchestration('fanOut', function* (context) {
  const { count, milliseconds } = context.df.getInput<{ count: number; milliseconds: number }>();
  const tasks = Array.from({ length: count }, () => context.df.callActivity('slow', milliseconds));
  const results = (yield context.df.Task.all(tasks)) as number[];
  return results.length;
});

orchestration('retry', function* (context) {
  const start = context.df.currentUtcDateTime.getTime();
  const calls: unknown = yield context.df.callActivityWithRetry('flaky', retryOptions(4), 3);
  const waited = context.df.currentUtcDateTime.getTime() - start;
  const after: unknown = yield context.df.callActivity('greet', 'retry');
  return { calls, waited, after };
});

orchestration('retryUntilFailure', function* (context) {
  try {
    yield context.df.callActivityWithRetry('fail', retryOptions(3));
    return 'not reached';
  } catch (error) {
    const after: unknown = yield context.df.callActivity('greet', 'compensation');
    return { error: (error as Error).message, after };
  }
});

orchestration('retryInFanOut', function* (context) {
  const results: unknown = yield context.df.Task.all([
    context.df.callActivityWithRetry('flaky', retryOptions(4), 3),
    context.df.callActivity('echo', 'beside'),
    context.df.callSubOrchestrator('sequence'),
  ]);
  return [results, (yield context.df.callActivity('greet', 'end')) as unknown];
});

orchestration('failing', function* (context) {
  yield context.df.callActivity('fail');
});

orchestration('children', function* (context) {
  const own = `${context.df.instanceId}-child`;
  return (yield context.df.Task.all([
    context.df.callSubOrchestrator('sequence'),
    context.df.callSubOrchestrator('input', { from: 'parent' }, own),
  ])) as unknown;
});

orchestration('failingChild', function* (context) {
  try {
    yield context.df.callSubOrchestrator('failing');
    return 'not reached';
  } catch (error) {
    return (error as Error).message;
  }
});

orchestration('waitingChild', function* (context) {
  return (yield context.df.callSubOrchestrator(
    'event',
    undefined,
    `${context.df.instanceId}-child`,
  )) as unknown;
});

orchestration('timer', function* (context) {
  const start = context.df.currentUtcDateTime.getTime();
  yield context.df.createTimer(later(context, context.df.getInput<number>()));
  const elapsed = context.df.currentUtcDateTime.getTime() - start;
  yield context.df.callActivity('greet', 'timer');
  return elapsed;
});

orchestration('event', function* (context) {
  context.df.setCustomStatus({ waitingFor: 'go' });
  const data: unknown = yield context.df.waitForExternalEvent('go');
  context.df.setCustomStatus('done');
  return data;
});

orchestration('twoEvents', function* (context) {
  const first: unknown = yield context.df.waitForExternalEvent('go');
  yield context.df.callActivity('greet', 'between');
  return [first, (yield context.df.waitForExternalEvent('go')) as unknown];
});

orchestration('race', function* (context) {
  const event = context.df.waitForExternalEvent('go');
  const timer = context.df.createTimer(later(context, context.df.getInput<number>()));
  const winner = (yield context.df.Task.any([event, timer])) as Task;
  if (winner === timer) return 'timeout';
  timer.cancel();
  return { event: event.result, after: (yield context.df.callActivity('greet', 'race')) as unknown };
});

orchestration('largeStatus', function* (context) {
  context.df.setCustomStatus('x'.repeat(context.df.getInput<number>()));
  yield context.df.callActivity('greet', 'status');
});

orchestration('countdown', function* (context) {
  const left = context.df.getInput<number>();
  context.df.setCustomStatus({ left });
  if (left === 0) return `done in ${context.df.instanceId}`;
  yield context.df.callActivity('greet', String(left));
  context.df.continueAsNew(left - 1);
  return undefined;
});

orchestration('changing', function* (context) {
  yield context.df.callActivity(state.codeVersion === 1 ? 'greet' : 'echo', 'version');
  yield context.df.waitForExternalEvent('go');
});

/** The SDK continues after the first failure, but the extension waits for the slow task. */
orchestration('failFast', function* (context) {
  try {
    yield context.df.Task.all([context.df.callActivity('fail'), context.df.callActivity('slow', 60)]);
  } catch {
    yield context.df.callActivity('greet', 'after failure');
  }
  return 'done';
});

/** The extension schedules a task again if it is in a second list of tasks. */
orchestration('scheduledTwice', function* (context) {
  const event = context.df.waitForExternalEvent('never');
  const slow = context.df.callActivity('greet', 'twice');
  yield context.df.Task.any([event, slow]);
  yield context.df.Task.any([event, slow, context.df.callActivity('echo', 1)]);
});

orchestration('unknownActivity', function* (context) {
  yield context.df.callActivity('nowhere');
});
orchestration('http', function* (context) {
  yield context.df.callHttp({ method: 'GET', url: 'http://localhost' });
});
orchestration('entity', function* (context) {
  yield context.df.callEntity(new df.EntityId('counter', 'a'), 'add', 1);
});

import { app } from '@azure/functions';
import type { HttpResponseInit } from '@azure/functions';
import { setTimeout as delay } from 'node:timers/promises';
import * as df from 'durable-functions';
import { state } from './app-state.ts';

const durableClient = [df.input.durableClient()];

/** Calls any method of the Durable client. */
app.http('client', {
  route: 'client/{method}',
  methods: ['POST'],
  authLevel: 'anonymous',
  extraInputs: durableClient,
  handler: async (request, context) => {
    const client = df.getClient(context) as unknown as Record<
      string,
      (...args: unknown[]) => Promise<unknown>
    >;
    const method = request.params['method'] ?? '';
    try {
      return { jsonBody: { result: await client[method]?.(...((await request.json()) as unknown[])) } };
    } catch (error) {
      return { status: 502, body: (error as Error).message };
    }
  },
});

app.http('start', {
  route: 'start/{name}',
  methods: ['POST'],
  authLevel: 'anonymous',
  extraInputs: durableClient,
  handler: async (request, context) => {
    const client = df.getClient(context);
    const instanceId = await client.startNew(request.params['name'] ?? '');
    return client.createCheckStatusResponse(request, instanceId);
  },
});

app.http('wait', {
  route: 'wait/{id}',
  methods: ['GET'],
  authLevel: 'anonymous',
  extraInputs: durableClient,
  handler: (request, context) =>
    df.getClient(context).waitForCompletionOrCreateCheckStatusResponse(request, request.params['id'] ?? '', {
      timeoutInMilliseconds: 2000,
      retryIntervalInMilliseconds: 10,
    }),
});

app.http('items', {
  route: 'items/{id:int}/{view?}',
  methods: ['GET', 'PUT'],
  authLevel: 'anonymous',
  handler: async (request) => ({
    status: 201,
    headers: { 'x-method': request.method },
    cookies: [{ name: 'seen', value: 'a b', path: '/', httpOnly: true }],
    jsonBody: { params: request.params, query: request.query.getAll('q'), body: await request.text() },
  }),
});
const named = (name: string, route: string, authLevel: 'anonymous' | 'function' | 'admin' = 'anonymous') => {
  app.http(name, {
    route,
    authLevel,
    handler: (request) => ({ jsonBody: { name, params: request.params } }),
  });
};
named('catchAll', 'items/{*path}');
named('literal', 'items/7/special');
named('functionLevel', 'secured/function', 'function');
named('adminLevel', 'secured/admin', 'admin');
app.http('throws', {
  authLevel: 'anonymous',
  handler: () => {
    throw new Error('the handler failed');
  },
});
app.http('silent', { authLevel: 'anonymous', handler: () => undefined as unknown as HttpResponseInit });

app.timer('sweep', {
  schedule: '0 0 * * * *',
  handler: async (timer) => {
    state.sweepsRunning += 1;
    state.maxConcurrentSweeps = Math.max(state.maxConcurrentSweeps, state.sweepsRunning);
    await delay(5);
    state.sweeps.push({
      isPastDue: timer.isPastDue,
      next: timer.scheduleStatus.next,
      last: timer.scheduleStatus.last,
    });
    state.sweepsRunning -= 1;
  },
});
app.timer('onStartup', {
  schedule: '0 0 0 1 1 *',
  runOnStartup: true,
  extraInputs: durableClient,
  handler: async (_timer, context) => {
    await df.getClient(context).startNew('input', { instanceId: 'from-a-timer' });
    state.startups += 1;
  },
});

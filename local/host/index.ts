import type { Clock } from '../clock.ts';
import { closeServer, createLoopbackServer, listenOnLoopback } from '../loopback-server.ts';
import { durableClientBinding } from './durable/client-binding.ts';
import { createEngine } from './durable/engine.ts';
import { durableFunctions } from './durable/functions.ts';
import { createManagementApi } from './durable/management-api.ts';
import { openStore } from './durable/store.ts';
import { setSystemLog } from './functions-core.ts';
import { readHostJson } from './host-json.ts';
import { createRequestListener, type SentResponse } from './http-server.ts';
import { createInvoker } from './invocation.ts';
import { findFunction, programmingModel, registeredFunctions, runHooks } from './registry.ts';
import type { Log } from './registry.ts';
import { startTimerTriggers } from './timer-triggers.ts';

export { localKey, type SentResponse } from './http-server.ts';
export type { Log, LogLevel } from './registry.ts';

export interface HostOptions {
  /** The clock of all timers, timestamps and schedules. */
  clock: Clock;
  /** The SQLite file of the orchestrations; in memory by default. */
  database?: string;
  /** 0, the default, chooses a free port. */
  port?: number;
  /** The path of host.json. */
  hostJson?: string;
  log?: Log;
  /** Called with each response of an HTTP trigger. */
  onResponse?: (response: SentResponse) => void;
}

export interface Host {
  url: string;
  port: number;
  /** The number of unfinished orchestrations that were resumed. */
  recovered: number;
  /** Stops immediately. Running activities are abandoned, and run again after the next start. */
  stop(): Promise<void>;
}

let isRunning = false;

/**
 * Loads a function app and runs its HTTP triggers, timer triggers and orchestrations. This module must be imported
 * before the app's `@azure/functions`. Rejects if the app is not supported or a host is already running.
 */
export async function startHost(load: () => Promise<unknown>, options: HostOptions): Promise<Host> {
  if (isRunning) throw new Error('A local host is already running in this process.');
  isRunning = true;
  try {
    return await start(load, options);
  } catch (error) {
    isRunning = false;
    throw error;
  }
}

async function start(load: () => Promise<unknown>, options: HostOptions): Promise<Host> {
  const { clock, log = () => undefined } = options;
  const settings = readHostJson(options.hostJson);
  setSystemLog(log);
  await load();
  await checkApp(log);

  const server = createLoopbackServer();
  const port = await listenOnLoopback(server, options.port ?? 0);
  const url = `http://localhost:${port}`;
  // Without it, the SDK replaces the origin of every management URL with http://localhost:7071.
  process.env['WEBSITE_HOSTNAME'] = `localhost:${port}`;
  const store = openStore(options.database);
  const client = durableClientBinding(url, port, settings.hubName);
  const invoke = createInvoker({ log, durableClient: client, timeout: settings.functionTimeout });
  const engine = createEngine({ store, clock, functions: durableFunctions(invoke), settings, log });
  let stopTimerTriggers: () => void = () => undefined;

  const shutDown = async () => {
    stopTimerTriggers();
    engine.stop();
    await closeServer(server);
    store.close();
    isRunning = false;
  };
  let stopping: Promise<void> | undefined;

  try {
    const isOrchestrator = (name: string) => findFunction('orchestrationTrigger', name) !== undefined;
    const extension = createManagementApi({ engine, store, client, isOrchestrator });
    server.on(
      'request',
      createRequestListener({
        routePrefix: settings.routePrefix,
        invoke,
        extension,
        log,
        ...(options.onResponse && { onResponse: options.onResponse }),
      }),
    );
    await runHooks('appStart', { hookData: {} });
    const recovered = engine.recover();
    stopTimerTriggers = startTimerTriggers(clock, invoke, log);
    return {
      url,
      port,
      recovered,
      stop: () => (stopping ??= runHooks('appTerminate', { hookData: {} }).then(shutDown)),
    };
  } catch (error) {
    await shutDown();
    throw error;
  }
}

const TRIGGERS = new Set(['httpTrigger', 'timerTrigger', 'orchestrationTrigger', 'activityTrigger']);

async function checkApp(log: Log): Promise<void> {
  const capabilities = await programmingModel().getCapabilities({});
  if (capabilities['HttpUri'] !== undefined)
    throw new Error(
      'The local host does not support HTTP streams. Remove enableHttpStream from app.setup().',
    );
  for (const { name, trigger } of registeredFunctions())
    if (!TRIGGERS.has(trigger.type))
      log('warning', `Function.${name}`, `The local host does not support ${trigger.type}.`);
}

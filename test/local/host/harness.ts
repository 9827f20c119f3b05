import { createClock } from '../../../local/clock.ts';
import { startHost } from '../../../local/host/index.ts';
import type { Host, HostOptions } from '../../../local/host/index.ts';
import { setTimeout as delay } from 'node:timers/promises';

export interface Status {
  instanceId: string;
  name: string;
  runtimeStatus: string;
  input: unknown;
  output: unknown;
  customStatus: unknown;
  createdTime: string;
  historyEvents?: { EventType: string; Name?: string }[];
}

export interface Client extends Host {
  /** Calls a method of the real Durable client in an HTTP function. Rejects with the error message. */
  call<T>(method: string, ...args: unknown[]): Promise<T>;
  status(instanceId: string): Promise<Status>;
  /** Starts an orchestration and waits until it has finished. */
  run(name: string, input?: unknown): Promise<Status>;
  finished(instanceId: string): Promise<Status>;
}

const UNFINISHED = ['Pending', 'Running', 'Suspended'];

export async function startTestHost(options: Partial<HostOptions> = {}): Promise<Client> {
  const host = await startHost(() => import('./app.ts'), { clock: createClock(1000), ...options });
  return clientOf(host);
}

export function clientOf(host: Host): Client {
  const call = async <T>(method: string, ...args: unknown[]): Promise<T> => {
    const response = await fetch(`${host.url}/api/client/${method}`, {
      method: 'POST',
      body: JSON.stringify(args),
    });
    if (!response.ok) throw new Error(await response.text());
    return ((await response.json()) as { result: T }).result;
  };
  const status = (instanceId: string) => call<Status>('getStatus', instanceId);
  const finished = (instanceId: string) =>
    eventually(
      () => status(instanceId),
      ({ runtimeStatus }) => !UNFINISHED.includes(runtimeStatus),
    );
  return {
    ...host,
    call,
    status,
    finished,
    run: async (name, input) => finished(await call<string>('startNew', name, { input })),
  };
}

/** Polls until the value matches. Throws with the last value after ten seconds. */
export async function eventually<T>(read: () => T | Promise<T>, matches: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const value = await read();
    if (matches(value)) return value;
    if (Date.now() > deadline) throw new Error(`The last value is ${JSON.stringify(value)}.`);
    await delay(3);
  }
}

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { azureClient, type AzureClient } from './azure/client.ts';
import { createClock, createTurns, type Clock, type Turns } from './clock.ts';
import type { Log } from './host/index.ts';
import type { SimulatorOptions } from './simulators.ts';

/** What the thread of the simulators is started with. */
export interface ThreadData {
  options: Omit<SimulatorOptions, 'kubeconfig' | 'catalogue' | 'log' | 'turns'>;
  turns: Turns;
}

/** What the thread of the simulators sends. */
export type ThreadMessage =
  | { kind: 'ready'; azureUrl: string; tables: string; startedAt: number }
  | { kind: 'log'; entry: Parameters<Log> };

/** The simulators of another thread, as the control plane reaches them. */
export interface SimulatorThread {
  azure: AzureClient;
  clock: Clock;
  tables: string;
  close(): Promise<void>;
}

/** Starts the simulators in a thread of their own. Both threads share one clock. */
export async function startSimulatorThread(options: SimulatorOptions): Promise<SimulatorThread> {
  const { speed = 1, data, tables, trace, faults, log } = options;
  const turns = createTurns(2);
  const given = { speed, data, tables, faults, trace };
  const workerData = { options: JSON.parse(JSON.stringify(given)) as ThreadData['options'], turns };
  const worker = new Worker(new URL('simulator-worker.ts', import.meta.url), { workerData });
  const ready = await new Promise<ThreadMessage & { kind: 'ready' }>((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'ready') {
        // Without a listener, a later error of the thread ends this process too.
        worker.off('error', reject);
        resolve(message);
      } else log?.(...message.entry);
    });
  });
  return {
    azure: azureClient(ready.azureUrl),
    clock: createClock(speed, ready.startedAt, turns, 1),
    tables: ready.tables,
    async close() {
      worker.postMessage('close');
      await once(worker, 'exit');
    },
  };
}

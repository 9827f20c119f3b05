// The thread of the simulators.
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadData, ThreadMessage } from './simulator-thread.ts';
import { startSimulators } from './simulators.ts';

const { options, turns } = workerData as ThreadData;
const post = (message: ThreadMessage) => parentPort?.postMessage(message);

const simulators = await startSimulators({
  ...options,
  turns,
  log: (...entry) => post({ kind: 'log', entry }),
});
const { azure, startedAt, tables } = simulators;
post({ kind: 'ready', azureUrl: azure.url, tables, startedAt });
parentPort?.on('message', () => {
  void simulators.close().then(() => process.exit());
});

// A control plane in a process of its own, which records what it does, breaks what the scenario says, and is killed.
import { openSync, writeSync } from 'node:fs';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { startEmbedded, type Embedded } from '../../local/embedded.ts';
import { startTableProxy } from '../../local/tables/proxy.ts';
import { nextRelease } from './next-release.ts';
import { observeWrites, type Write } from './observe-writes.ts';
import type { PlaneOptions, Question } from './plane.ts';
import { incidentsByRequest } from './run-incidents.ts';
import type { Line } from './record.ts';
import { secretsOf } from './planted-secrets.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as PlaneOptions;
const file = openSync(options.record, 'a');
/** Written at once, so that it survives the death of the process. */
const record = (line: Line) => void writeSync(file, `${JSON.stringify(line)}\n`);

const proxy = await startTableProxy(options.tables);
const secrets = new Set<string>();
let requests = options.count;
let countRequest: (requests: number) => void = () => undefined;

// Operations that a restart resumes may write before the start is complete.
const started = Promise.withResolvers<Embedded>();
const reportWrite = async (write: Write) => {
  record({ kind: 'write', at: (await started.promise).clock.now(), ...write });
};
const { port } = new URL(/TableEndpoint=([^;]+)/.exec(proxy.connectionString)?.[1] ?? '');
await observeWrites((write) => void reportWrite(write), { tables: port });

const embedded = await startEmbedded({
  speed: options.speed,
  data: options.data,
  tables: proxy.connectionString,
  tableName: options.tableName,
  catalogue: options.isNextRelease ? nextRelease : defaultCatalogue,
  log: (level, category, message) => record({ kind: 'log', level, category, message }),
  trace(exchange) {
    for (const value of secretsOf(exchange)) {
      if (!secrets.has(value)) record({ kind: 'secret', value });
      secrets.add(value);
    }
    requests += 1;
    countRequest(requests);
  },
});
started.resolve(embedded);
countRequest = incidentsByRequest(options.incidents, {
  ...embedded,
  proxy,
  onStart: (name) => record({ kind: 'incident', at: embedded.clock.now(), name }),
});

function answer(question: Question): unknown {
  const { azure, kubernetes, clock } = embedded;
  if (question === 'time') return clock.now();
  const inventory = azure.inventory();
  const clusters = inventory.filter((id) => /\/managedclusters\/[^/]+$/i.test(id));
  return {
    inventory,
    clusters: Object.fromEntries(clusters.map((id) => [id, kubernetes.objects(id.toLowerCase())])),
  };
}

process.on('message', ({ number, question }: { number: number; question: Question }) => {
  process.send?.({ number, answer: answer(question) });
});
process.send?.({ url: embedded.url });
process.once('disconnect', () => process.exit(0));

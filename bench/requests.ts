// Counts what each operation of a stack asks of Azure and of the Functions host, and what that costs on a Consumption
// plan.
import type { OperationView } from '../lib/api/operation.ts';
import { createClient } from '../local/client.ts';
import { startEmbedded } from '../local/embedded.ts';
import { localKey } from '../local/host/index.ts';
import { startTables } from '../local/tables/index.ts';
import { startTableProxy } from '../local/tables/proxy.ts';

const SPEED = 60;
const REQUEST = { location: 'uksouth', preset: 'llm' };

/** List prices in USD of a Consumption plan in East US: https://azure.microsoft.com/pricing/details/functions/ */
const PRICE = { perExecution: 0.2 / 1_000_000, perGigabyteSecond: 0.000016 };
/** Assumed: memory of the function app in GB, and seconds of an activity and of a run of the orchestrator. */
const ASSUMED = { memory: 0.5, activity: 1, orchestrator: 0.2 };

interface Counts {
  tables: number;
  arm: number;
  kubernetes: number;
}

const counts: Counts = { tables: 0, arm: 0, kubernetes: 0 };
const tables = await startTables(undefined);
const proxy = await startTableProxy(tables.connectionString);
proxy.fault = () => {
  counts.tables += 1;
  return undefined;
};
const embedded = await startEmbedded({
  speed: SPEED,
  tables: proxy.connectionString,
  trace: ({ target }) => {
    counts[target] += 1;
  },
});
const plane = createClient(embedded.url);

const OPERATIONS: [name: string, method: string, path: string, body?: object][] = [
  ['provision', 'PUT', '/stacks/demo', REQUEST],
  ['change', 'PUT', '/stacks/demo', { ...REQUEST, tags: { team: 'blue' } }],
  ['hibernate', 'POST', '/stacks/demo/hibernate'],
  ['wake', 'POST', '/stacks/demo/wake'],
  ['destroy', 'DELETE', '/stacks/demo'],
];

const rows: string[][] = [['', 'activities', 'history', 'tables', 'ARM', 'Kubernetes', 'about USD']];
for (const [name, method, path, body] of OPERATIONS) {
  const before = { ...counts };
  const { status, body: answer } = await plane.api(method, path, body);
  if (status !== 202) throw new Error(`${name}: ${status} ${JSON.stringify(answer)}`);
  const { id } = answer as OperationView;
  await untilEnded(id);
  const history = await historyOf(id);
  const runs = history.filter((type) => type === 'OrchestratorStarted').length;
  const activities = history.filter((type) => type === 'TaskCompleted').length;
  const used = ASSUMED.memory * (activities * ASSUMED.activity + runs * ASSUMED.orchestrator);
  const cost = (activities + runs) * PRICE.perExecution + used * PRICE.perGigabyteSecond;
  const asked = (kind: keyof Counts) => String(counts[kind] - before[kind]);
  rows.push([
    ...[name, String(activities), String(history.length)],
    ...[asked('tables'), asked('arm'), asked('kubernetes'), cost.toFixed(5)],
  ]);
}
for (const row of rows)
  console.log(row.map((cell, index) => (index === 0 ? cell.padEnd(10) : cell.padStart(12))).join(''));
console.log(
  `Assumed: ${ASSUMED.memory} GB, ${ASSUMED.activity} s per activity, ${ASSUMED.orchestrator} s per run of the orchestrator; storage is not included.`,
);
await embedded.close();
await proxy.close();
await tables.close();

/** Waits without a request to the control plane, which would count. */
async function untilEnded(id: string): Promise<void> {
  while (!(await statusOf(id)).runtimeStatus.startsWith('Comp'))
    await new Promise((done) => setTimeout(done, 50));
}

async function historyOf(id: string): Promise<string[]> {
  const { historyEvents = [] } = await statusOf(id, '&showHistory=true');
  return historyEvents.map(({ EventType }) => EventType);
}

async function statusOf(
  id: string,
  more = '',
): Promise<{ runtimeStatus: string; historyEvents?: { EventType: string }[] }> {
  const url = `${embedded.url}/runtime/webhooks/durabletask/instances/${id}?code=${localKey}${more}`;
  return (await (await fetch(url)).json()) as Awaited<ReturnType<typeof statusOf>>;
}

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OperationView, ReceiptView } from '../../lib/api/operation.ts';
import type { StackView } from '../../lib/api/stack.ts';
import type { Resource } from '../../local/azure/arm.ts';
import type { Action } from './actions.ts';
import { createCallers, type Callers, type Exchange } from './callers.ts';
import {
  forgetRecords,
  readCollection,
  readOrchestrations,
  readRecords,
  type AzureOperation,
  type Orchestration,
  type Records,
} from './evidence.ts';
import { startPlane, type Plane, type Truth } from './plane.ts';
import { readRecord, type Line } from './record.ts';
import type { Scenario } from './scenario.ts';

/** Simulated seconds per real second. Faster, the requests of an activity would take longer than its time limit. */
export const SPEED = 200;

/** Simulated hours within which every operation ends once nothing fails any more. */
const SETTLE_HOURS = 4;

const POLL_MS = 200;

/** What exists at one moment, and what the control plane says about it. */
export interface Moment {
  truth: Truth;
  resources: Resource[];
  /** Storage accounts that can be restored, by the id of the account. */
  restorable: string[];
  stacks: StackView[];
}

/** Everything about a life that has ended. */
export interface Evidence {
  scenario: Scenario;
  exchanges: Exchange[];
  /** What the processes of the control plane recorded. */
  record: Line[];
  kills: number;
  crashes: string[];
  /** When the callers had finished, nothing failed any more, and every operation had ended. */
  settled: Moment;
  /** When every stack had been destroyed. */
  end: Moment;
  /** Operations that did not end in time. */
  stuck: string[];
  /** The operations as users see them. */
  operations: OperationView[];
  /** By stack, newest first. */
  receipts: Record<string, ReceiptView[]>;
  records: Records;
  orchestrations: Orchestration[];
  azureOperations: AzureOperation[];
  /** The stored orchestrations, as text. */
  history: string;
}

/** Lives the life of a scenario. `tables` is the connection string of a table service. */
export async function live(scenario: Scenario, tables: string): Promise<Evidence> {
  const data = mkdtempSync(join(tmpdir(), 'matcha-simulation-'));
  const record = join(data, 'record.ndjson');
  const name = `s${randomBytes(8).toString('hex')}`;
  const { incidents } = scenario;
  const options = { data, tables, tableName: name, speed: SPEED, record };
  const plane = startPlane({ ...options, incidents, count: 0, isNextRelease: false });
  const callers = createCallers(plane, SPEED);
  try {
    await Promise.all(scenario.callers.map((actions) => callers.run(actions)));
    await plane.lift();
    const stuck = await settle(plane);
    const settled = await momentOf(plane, data);
    await destroyAll(callers, settled.stacks);
    stuck.push(...(await settle(plane)));
    const end = await momentOf(plane, data);
    const records = await readRecords(tables, name);
    const views = records.operations.map(({ id }) => read<OperationView>(plane, `/operations/${id}`));
    const operations = await Promise.all(views);
    const receipts = await receiptsOf(plane, end.stacks);
    await plane.stop();
    const { orchestrations, text: history } = readOrchestrations(data);
    const azureOperations = ['running', 'ended'].flatMap((state) =>
      readCollection<AzureOperation>(data, `azure.operations.${state}`),
    );
    const { exchanges } = callers;
    return {
      ...{ scenario, exchanges, record: readRecord(record), kills: plane.kills(), crashes: plane.crashes },
      ...{ settled, end, stuck, operations, receipts, records },
      ...{ orchestrations, azureOperations, history },
    };
  } finally {
    await plane.stop();
    await forgetRecords(tables, name).catch(() => undefined);
    rmSync(data, { recursive: true, force: true });
  }
}

async function read<T>(plane: Plane, path: string): Promise<T> {
  const response = await fetch(`${await plane.url()}/api/v1${path}`);
  const body: unknown = await response.json();
  if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${JSON.stringify(body)}`);
  return body as T;
}

const stacksOf = async (plane: Plane): Promise<StackView[]> =>
  (await read<{ stacks: StackView[] }>(plane, '/stacks?all=true')).stacks;

/** Waits until no operation holds a stack. Returns those that still do after the limit. */
async function settle(plane: Plane): Promise<string[]> {
  const limit = (await plane.now()) + SETTLE_HOURS * 3_600_000;
  for (;;) {
    const active = (await stacksOf(plane)).flatMap(({ activeOperation }) => activeOperation ?? []);
    if (active.length === 0 || (await plane.now()) > limit) return active;
    await sleep(POLL_MS);
  }
}

async function momentOf(plane: Plane, data: string): Promise<Moment> {
  const truth = await plane.truth();
  const deleted = readCollection<Resource<{ storageAccountResourceId: string }>>(
    data,
    'azure.deletedAccounts',
  );
  return {
    truth,
    resources: readCollection<Resource>(data, 'azure.resources'),
    restorable: deleted.map(({ properties }) => properties.storageAccountResourceId),
    stacks: await stacksOf(plane),
  };
}

async function destroyAll({ send }: Callers, stacks: readonly StackView[]): Promise<void> {
  const left = stacks.filter(({ phase, kept }) => phase !== 'Destroyed' || kept !== undefined);
  await Promise.all(left.map(({ name }) => send(lastDestroy(name))));
}

const lastDestroy = (stack: string): Action => ({
  ...{ stack, method: 'DELETE', path: '', id: 'last', copies: 1, pause: 0, waits: true },
});

async function receiptsOf(
  plane: Plane,
  stacks: readonly StackView[],
): Promise<Record<string, ReceiptView[]>> {
  const each = stacks.map(async ({ name }): Promise<[string, ReceiptView[]]> => {
    const { receipts } = await read<{ receipts: ReceiptView[] }>(plane, `/stacks/${name}/receipts`);
    return [name, receipts];
  });
  return Object.fromEntries(await Promise.all(each));
}

import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import type { StackEvent } from '../../lib/domain/status.ts';
import { fromRow, type Data } from '../../lib/tables/entities.ts';
import type { OperationRecord, StackRecord } from '../../lib/tables/index.ts';

/** Everything that the control plane stored, read without it. */
export interface Records {
  stacks: StackRecord[];
  operations: OperationRecord[];
  events: (StackEvent & { stack: string })[];
  /** Every row, as text. */
  text: string;
}

/** An orchestration; it ran from its creation to its last update. Times are simulated milliseconds. */
export interface Orchestration {
  id: string;
  createdAt: number;
  updatedAt: number;
  isRunning: boolean;
}

/** A long-running operation of the simulated Azure. */
export interface AzureOperation {
  verb: string;
  resource: string;
  startedAt: number;
  status: string;
}

const clientOf = (tables: string, name: string) =>
  TableClient.fromConnectionString(tables, name, { allowInsecureConnection: true });

export async function readRecords(tables: string, tableName: string): Promise<Records> {
  const rows = await Array.fromAsync(clientOf(tables, tableName).listEntities<Data>());
  const startingWith = (prefix: string) =>
    rows.filter(
      ({ rowKey, partitionKey = '' }) => rowKey?.startsWith(prefix) && !partitionKey.startsWith('~'),
    );
  return {
    stacks: startingWith('state').map((row) => fromRow<StackRecord>(row).value),
    operations: startingWith('op|').map((row) => fromRow<OperationRecord>(row).value),
    events: startingWith('evt|').map((row) => ({
      ...fromRow<StackEvent>(row).value,
      stack: row.partitionKey ?? '',
    })),
    text: JSON.stringify(rows),
  };
}

/** Deletes the table of a life. */
export const forgetRecords = (tables: string, tableName: string): Promise<unknown> =>
  clientOf(tables, tableName).deleteTable();

const openDatabase = (data: string, name: string) => new DatabaseSync(join(data, name), { readOnly: true });

export function readOrchestrations(data: string): { orchestrations: Orchestration[]; text: string } {
  const database = openDatabase(data, 'durable.sqlite');
  const instances = database.prepare('SELECT * FROM instances').all();
  const text = ['instances', 'history', 'messages'].map((table) =>
    JSON.stringify(database.prepare(`SELECT * FROM ${table}`).all()),
  );
  database.close();
  const orchestrations = instances.map((row) => ({
    id: row['instance_id'] as string,
    createdAt: row['created_time'] as number,
    updatedAt: row['last_updated_time'] as number,
    isRunning: ['Pending', 'Running', 'Suspended'].includes(row['status'] as string),
  }));
  return { orchestrations, text: text.join('\n') };
}

/** A collection of the simulated Azure. */
export function readCollection<T>(data: string, name: string): T[] {
  const database = openDatabase(data, 'azure.sqlite');
  const rows = database.prepare('SELECT document FROM documents WHERE collection = ?').all(name);
  database.close();
  return rows.map((row) => JSON.parse(row['document'] as string) as T);
}

import { TableClient } from '@azure/data-tables';
import { inject } from 'vitest';
import type { TestPlane } from './embedded.ts';

/** Everything that a control plane has stored: its tables, and its orchestrations with their histories. */
export async function recordsOf({ settings, url }: TestPlane): Promise<{ tables: string; history: string }> {
  const options = { allowInsecureConnection: true };
  const client = TableClient.fromConnectionString(inject('tables'), settings.tableName, options);
  const base = `${url}/runtime/webhooks/durabletask/instances`;
  const instances = (await (await fetch(base)).json()) as { instanceId: string }[];
  const histories = instances.map(async ({ instanceId }) =>
    (await fetch(`${base}/${instanceId}?showHistory=true&showHistoryOutput=true`)).text(),
  );
  return {
    tables: JSON.stringify(await Array.fromAsync(client.listEntities())),
    history: (await Promise.all(histories)).join('\n'),
  };
}

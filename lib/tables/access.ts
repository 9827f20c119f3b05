import { randomUUID } from 'node:crypto';
import { createLimit, REFUSALS_PER_MINUTE, type AccessEvent } from '../domain/access.ts';
import { EVENTS, rowKeys, rowsIn, toRow } from './entities.ts';
import type { Page, PageRequest } from './pages.ts';
import type { Rows } from './rows.ts';

/** The partition of these events; no stack can have this name. */
const ACCESS = '~access';

/** Events of who may do what. Rows are added, and deleted when they are old. */
export function accessRecords({ withTable, page, keysOf, write }: Rows) {
  const limits = {
    known: createLimit(REFUSALS_PER_MINUTE.known),
    unknown: createLimit(REFUSALS_PER_MINUTE.unknown),
  };
  const add = (event: AccessEvent) => {
    const rowKey = rowKeys.event(Date.parse(event.at), randomUUID().slice(0, 8));
    return withTable((table) => table.createEntity(toRow(ACCESS, rowKey, event)));
  };
  const missedBefore = (now: number) => limits.known.missedBefore(now) + limits.unknown.missedBefore(now);

  return {
    add,

    /** Stores a refusal; false when it is only counted, because there are too many. */
    async addRefusal(event: AccessEvent): Promise<boolean> {
      const now = Date.parse(event.at);
      const missed = missedBefore(now);
      if (missed > 0) await add(summaryOf(missed, event.at));
      if (!limits[event.actorId === undefined ? 'unknown' : 'known'].take(now)) return false;
      await add(event);
      return true;
    },

    /** Newest first. */
    async list(request: PageRequest): Promise<Page<AccessEvent>> {
      const { items, ...next } = await page<AccessEvent>(rowsIn(ACCESS, EVENTS), request);
      return { items: items.sort((a, b) => b.at.localeCompare(a.at)), ...next };
    },

    /** Deletes at most so many events before a time, in milliseconds since the epoch. Returns how many. */
    async prune(before: number, most: number): Promise<number> {
      const filter = `PartitionKey eq '${ACCESS}' and RowKey gt '${rowKeys.event(before, '}')}'`;
      const old = await keysOf(filter, most);
      await write(old.map((rowKey) => ['delete', { partitionKey: ACCESS, rowKey }]));
      return old.length;
    },
  };
}

const summaryOf = (count: number, at: string): AccessEvent => ({
  at,
  kind: 'access.refused',
  actor: 'several',
  channel: 'matcha',
  message: `${count} more requests were refused in the time before this; they were not stored.`,
  count,
});

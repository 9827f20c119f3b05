import { createHash } from 'node:crypto';
import type { TransactionAction } from '@azure/data-tables';
import type { Channel, Person, Role } from '../domain/principal.ts';
import type { StackRequest } from '../domain/stack-request.ts';
import { fromRow, rowsIn, toRow, type Stored } from './entities.ts';
import { statusOf } from './errors.ts';
import type { Rows } from './rows.ts';

/** The partition of the links and of what belongs to them; no stack can have this name. */
const LINKS = '~links';

/** Somebody in a chat. */
interface ChatUser {
  channel: Channel;
  /** The workspace or tenant. */
  team: string;
  user: string;
}

/** Says who a chat user is. */
export interface LinkRecord extends ChatUser {
  tenant: string;
  person: Person;
  /** The role when the link was made. */
  role: Role;
  at: string;
}

interface Expiring {
  /** ISO 8601. */
  expiresAt: string;
  /** The id of the request that used it. That request may be repeated, no other one. */
  usedBy?: string;
}

/** Something that can be done once, by whoever has the code. It is stored under a digest of the code. */
export type Ticket = Expiring &
  (
    | ({ for: 'link' } & Pick<LinkRecord, 'channel' | 'tenant' | 'person' | 'role'>)
    | {
        for: 'destroy';
        stack: string;
        keepData: boolean;
        /** The stack as it was when its destruction was proposed. */
        etag: string;
        askedBy: ChatUser & { person: string };
      }
    | {
        for: 'removal';
        stack: string;
        request: StackRequest;
        etag: string;
        askedBy: ChatUser & { person: string };
      }
  );

/** Attempts with wrong codes since a time. */
interface Attempts {
  since: string;
  count: number;
}

/** A prefix for each kind of record. Ids of chats may have any characters, so keys have a digest of them. */
const keys = {
  link: (user: ChatUser) => `link|${digestOfUser(user)}`,
  attempts: (user: ChatUser) => `attempts|${digestOfUser(user)}`,
  ticket: (digest: string) => `ticket|${digest}`,
  seen: (digest: string) => `seen|${digest}`,
};

const digestOfUser = ({ channel, team, user }: ChatUser): string =>
  createHash('sha256')
    .update(JSON.stringify([channel, team, user]))
    .digest('hex');

/** Links of chat users to people, one-time codes, and requests that were seen. */
export const chatRecords = ({ withTable, read, query, rowsOf, write }: Rows) => ({
  async getLink(user: ChatUser): Promise<LinkRecord | undefined> {
    return (await read<LinkRecord>(LINKS, keys.link(user)))?.value;
  },

  async putLink(link: LinkRecord): Promise<void> {
    await withTable((table) => table.upsertEntity(toRow(LINKS, keys.link(link), link), 'Replace'));
  },

  listLinks: () => query<LinkRecord>(rowsIn(LINKS, 'link|')),

  async removeLink(user: ChatUser): Promise<void> {
    await withTable(async (table) => {
      try {
        await table.deleteEntity(LINKS, keys.link(user));
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
      }
    });
  },

  async putTicket(digest: string, ticket: Ticket): Promise<void> {
    await withTable((table) => table.createEntity(toRow(LINKS, keys.ticket(digest), ticket)));
  },

  getTicket: (digest: string): Promise<Stored<Ticket> | undefined> =>
    read<Ticket>(LINKS, keys.ticket(digest)),

  /** Marks a ticket as used; false when another request used it. */
  async useTicket(digest: string, { value, etag }: Stored<Ticket>, request: string): Promise<boolean> {
    if (value.usedBy !== undefined) return value.usedBy === request;
    const row = toRow(LINKS, keys.ticket(digest), { ...value, usedBy: request });
    if (await replaced(withTable((table) => table.updateEntity(row, 'Replace', { etag })))) return true;
    // Another request was faster, or only the response to this one was lost.
    return (await read<Ticket>(LINKS, keys.ticket(digest)))?.value.usedBy === request;
  },

  /**
   * Counts an attempt; the number since the start of its window, which lasts `window` milliseconds. Attempts at the
   * same time that cannot be counted one by one count as too many.
   */
  async countAttempt(user: ChatUser, now: number, window: number): Promise<number> {
    const key = keys.attempts(user);
    const found = await read<Attempts>(LINKS, key);
    const isOpen = found !== undefined && Date.parse(found.value.since) + window > now;
    const next: Attempts = isOpen
      ? { ...found.value, count: found.value.count + 1 }
      : { since: new Date(now).toISOString(), count: 1 };
    const row = toRow(LINKS, key, next);
    const isCounted = await replaced(
      withTable((table) =>
        found === undefined
          ? table.createEntity(row)
          : table.updateEntity(row, 'Replace', { etag: found.etag }),
      ),
    );
    return isCounted ? next.count : Number.POSITIVE_INFINITY;
  },

  /** The number of attempts in the current window. */
  async attemptsOf(user: ChatUser, now: number, window: number): Promise<number> {
    const found = await read<Attempts>(LINKS, keys.attempts(user));
    return found !== undefined && Date.parse(found.value.since) + window > now ? found.value.count : 0;
  },

  /** Notes a request by a digest of its signature; false when it was noted before. */
  noteRequest: (digest: string, expiresAt: string): Promise<boolean> =>
    replaced(withTable((table) => table.createEntity(toRow(LINKS, keys.seen(digest), { expiresAt })))),

  /** Deletes expired tickets and notes. `now` is in milliseconds since the epoch. */
  async prune(now: number): Promise<void> {
    const rows = [...(await rowsOf(rowsIn(LINKS, 'seen|'))), ...(await rowsOf(rowsIn(LINKS, 'ticket|')))];
    await write(
      rows
        .filter((row) => Date.parse(fromRow<Expiring>(row).value.expiresAt) < now)
        .map(({ rowKey = '' }): TransactionAction => ['delete', { partitionKey: LINKS, rowKey }]),
    );
  },
});

/** False when the row was changed or created by somebody else. */
async function replaced(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if ([409, 412].includes(statusOf(error) ?? 0)) return false;
    throw error;
  }
}

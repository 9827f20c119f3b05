import { toRow } from './entities.ts';
import { statusOf } from './errors.ts';
import type { Rows } from './rows.ts';

/** The partition of the addresses; no stack can have this name. */
const ADDRESSES = '~addresses';

/** The address of a cluster's API server, and the certificate (PEM) to verify it. Neither is secret. */
export interface ClusterAddress {
  server: string;
  certificateAuthority?: string;
}

/**
 * The addresses of clusters, so that a new process need not ask Azure for them. A wrong one harms nothing: its server
 * does not answer with the certificate.
 */
export function addressRecords({ withTable, read }: Rows) {
  return {
    async get(cluster: string): Promise<ClusterAddress | undefined> {
      return (await read<ClusterAddress>(ADDRESSES, cluster))?.value;
    },

    async put(cluster: string, address: ClusterAddress): Promise<void> {
      await withTable((table) => table.upsertEntity(toRow(ADDRESSES, cluster, address), 'Replace'));
    },

    async remove(cluster: string): Promise<void> {
      await withTable(async (table) => {
        try {
          await table.deleteEntity(ADDRESSES, cluster);
        } catch (error) {
          if (statusOf(error) !== 404) throw error;
        }
      });
    },
  };
}

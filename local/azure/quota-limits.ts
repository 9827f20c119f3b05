import type { DocumentStore } from '../document-store.ts';

/** Enough for hundreds of clusters. */
const DEFAULT_LIMIT = 10_000;

export interface Quota {
  /** The maximum number of vCPUs of a family in a region; `cores` is the regional total. */
  limit(location: string, family: string): number;
  set(location: string, family: string, vCpus: number): void;
  /** Takes the whole quota of a family in all regions, until the simulator stops. */
  exhaust(family: string): void;
}

/** Stores the limits in `documents`. The default limit is large. */
export function createQuota(documents: DocumentStore): Quota {
  const limits = documents.collection<number>('azure.quota');
  const keyOf = (location: string, family: string) => `${location}/${family}`.toLowerCase();
  const exhausted = new Set<string>();
  return {
    limit: (location, family) =>
      exhausted.has(family) ? 0 : (limits.get(keyOf(location, family)) ?? DEFAULT_LIMIT),
    set: (location, family, vCpus) => limits.set(keyOf(location, family), vCpus),
    exhaust: (family) => void exhausted.add(family),
  };
}

import type { DocumentStore } from '../documents.ts';

/** Enough for hundreds of clusters. */
const DEFAULT_LIMIT = 10_000;

export interface Quota {
  /** How many vCPUs of a family (or `cores`: of all together) a region may run. */
  limit(location: string, family: string): number;
  set(location: string, family: string, vCpus: number): void;
}

/** Keeps the limits in `documents`; what is not set has a generous default. */
export function createQuota(documents: DocumentStore): Quota {
  const limits = documents.collection<number>('azure.quota');
  const keyOf = (location: string, family: string) => `${location}/${family}`.toLowerCase();
  return {
    limit: (location, family) => limits.get(keyOf(location, family)) ?? DEFAULT_LIMIT,
    set: (location, family, vCpus) => limits.set(keyOf(location, family), vCpus),
  };
}

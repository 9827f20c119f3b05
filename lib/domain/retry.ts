import { HOUR, MINUTE } from './duration.ts';
import { pending, type Pending } from './outcome.ts';
import type { Problem } from './problem.ts';

/** How a temporary condition is retried. Times are in seconds. */
export interface Retry {
  /** The delay until the next try, when the service sends no Retry-After. */
  after: number;
  /**
   * How long the condition may last without interruption before it is a failure. Without it only the limit of
   * the step counts.
   */
  grace?: number;
}

/**
 * All retries, by the condition. There are three levels. Within a request, only throttling is retried, for a
 * short time. Within a step, the orchestrator retries everything below; no worker waits. Within an operation
 * nothing is retried: a failed step stays failed until the operation is run again.
 */
export const RETRIES = {
  /**
   * The time that one call of an activity may wait for throttled requests (429 with a Retry-After), in
   * seconds.
   */
  withinCall: 25,
  azure: {
    /** The network failed: Azure may or may not have received the request. */
    noAnswer: { after: 5 },
    /** 408, 429, 5xx, and error codes of a conflict with another operation. */
    busy: { after: 15 },
    /** 403: a new role assignment takes minutes to take effect everywhere in Azure. */
    forbidden: { after: 20, grace: 10 * MINUTE },
    /** A new identity takes time to replicate in the directory. */
    principalUnknown: { after: 20, grace: 10 * MINUTE },
    /** A new resource group takes time to replicate in Azure. */
    parentUnknown: { after: 20, grace: 5 * MINUTE },
    /** 401: Azure does not accept the token. */
    tokenRefused: { after: 20, grace: 2 * MINUTE },
    /** The token service of the platform fails temporarily. */
    noToken: { after: 15, grace: 2 * MINUTE },
    /** 409 for a deletion: another resource still depends on it or is being created in it. */
    deletionConflict: { after: 15 },
  },
  kubernetes: {
    noAnswer: { after: 10 },
    /** 408, 429 and 5xx. */
    busy: { after: 10 },
    /**
     * 401, and 403 of Azure's roles: a role takes up to five minutes to reach a cluster, according to Azure.
     */
    forbidden: { after: 10, grace: 10 * MINUTE },
    /** 403 of Kubernetes' own roles, and of the admission of an object. */
    refused: { after: 5, grace: 30 },
    /** The kinds of an AKS add-on appear minutes after it is enabled. */
    kindUnknown: { after: 10 },
    /** The API server needs a moment to serve a new kind. */
    notEstablished: { after: 2 },
    notFound: { after: 5 },
    /** 409: another client changed the object at the same time. */
    conflict: { after: 2 },
    noToken: { after: 15, grace: 2 * MINUTE },
  },
  /** The records are unreachable. The begin and the end of an operation are retried for `endWithin` seconds. */
  tables: { after: 10, atMostEvery: 5 * MINUTE, endWithin: 24 * HOUR },
  /** Consecutive unexpected errors that are retried, with growing delays (2, 4, 8, 16 s). */
  unexpected: { atMost: 4 },
} as const satisfies {
  withinCall: number;
  azure: Record<string, Retry>;
  kubernetes: Record<string, Retry>;
  tables: { after: number; atMostEvery: number; endWithin: number };
  unexpected: { atMost: number };
};

/** Whether an HTTP status means that the service is busy, so that the same request may succeed later. */
export const isBusy = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** A pending outcome for a retry; `failure` is the problem when its grace period ends. */
export const tryAgain = (detail: string, { after, grace }: Retry, failure?: Problem): Pending => ({
  ...pending(detail, after),
  ...(grace !== undefined && failure !== undefined && { grace: { seconds: grace, problem: failure } }),
});

/**
 * Seconds until the next try after this many consecutive unexpected errors; undefined when there are too
 * many.
 */
export const afterUnexpected = (consecutive: number): number | undefined =>
  consecutive > RETRIES.unexpected.atMost ? undefined : 2 ** consecutive;

import { MINUTE } from './duration.ts';
import { pending, type Pending } from './outcome.ts';
import type { Problem } from './problem.ts';

/** How something that may pass by itself is tried again. In seconds. */
export interface Retry {
  /** Until the next try, where the service does not say by Retry-After. */
  after: number;
  /** How long it may stay so without a break before it counts as a failure; else the limit of the step counts. */
  grace?: number;
}

/**
 * Everything that is tried again, by what the service says. At three depths: within a request only what is throttled,
 * and only for so long; within a step everything below, by the orchestrator, which holds no worker meanwhile; within an
 * operation nothing: a step that has failed stays so until the operation is run again.
 */
export const RETRIES = {
  /** Seconds that one call of an activity may spend on requests that are throttled (429 with a Retry-After). */
  withinCall: 25,
  azure: {
    /** The network failed: the request may or may not have arrived. */
    noAnswer: { after: 5 },
    /** 408, 429, 5xx, and codes by which Azure says that something else goes on. */
    busy: { after: 15 },
    /** 403: a role reaches all of Azure only minutes after it was assigned. */
    forbidden: { after: 20, grace: 10 * MINUTE },
    /** An identity made a moment ago is not known everywhere in the directory at once. */
    principalUnknown: { after: 20, grace: 10 * MINUTE },
    /** A group made a moment ago is not known everywhere in Azure at once. */
    parentUnknown: { after: 20, grace: 5 * MINUTE },
    /** 401: the token is not accepted. */
    tokenRefused: { after: 20, grace: 2 * MINUTE },
    /** The token service of the platform gives none for a moment now and then. */
    noToken: { after: 15, grace: 2 * MINUTE },
    /** 409 of a deletion: something else still needs it, or is being made in it. */
    deletionConflict: { after: 15 },
  },
  kubernetes: {
    noAnswer: { after: 10 },
    /** 408, 429 and 5xx. */
    busy: { after: 10 },
    /** 401 and 403: a role reaches a cluster within five minutes, says Azure. A terminating namespace is also a 403. */
    forbidden: { after: 10, grace: 10 * MINUTE },
    /** Kinds that an add-on of AKS brings come minutes after it was switched on. */
    kindUnknown: { after: 10 },
    /** A kind that was just defined takes a moment until it is served. */
    notEstablished: { after: 2 },
    notFound: { after: 5 },
    /** 409: somebody else changed the object in between. */
    conflict: { after: 2 },
    noToken: { after: 15, grace: 2 * MINUTE },
  },
  /** The records of Matcha cannot be reached. The end of an operation is tried again for so many seconds. */
  tables: { after: 10, atMostEvery: 5 * MINUTE, endWithin: 24 * 60 * MINUTE },
  /** Errors that nobody expected: so many in a row are tried again, ever later (2, 4, 8, 16 s). */
  unexpected: { atMost: 4 },
} as const satisfies {
  withinCall: number;
  azure: Record<string, Retry>;
  kubernetes: Record<string, Retry>;
  tables: { after: number; atMostEvery: number; endWithin: number };
  unexpected: { atMost: number };
};

/** Whether a status says that the service is busy, so that the same request may succeed later. */
export const isBusy = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Pending by one of these; `failure` is what it means when its grace is over. */
export const tryAgain = (detail: string, { after, grace }: Retry, failure?: Problem): Pending => ({
  ...pending(detail, after),
  ...(grace !== undefined && failure !== undefined && { grace: { seconds: grace, problem: failure } }),
});

/** Seconds until the next try after so many unexpected errors in a row; undefined when that were enough. */
export const afterUnexpected = (inARow: number): number | undefined =>
  inARow > RETRIES.unexpected.atMost ? undefined : 2 ** inARow;

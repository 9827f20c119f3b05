import { pending, ready, type Outcome } from '../domain/outcome.ts';
import { isNotFound, outcomeOf } from './errors.ts';
import { listening } from './retry-after.ts';

/** What Azure's pollers offer; a poller is thenable, so it must never be returned from an async function. */
interface Poller {
  submitted(): Promise<void>;
  poll(): Promise<unknown>;
  serialize(): Promise<string>;
  readonly isDone: boolean;
}

/** How to bring one Azure resource to its desired state. */
export interface Resource<T> {
  /** As a person would call it: "AKS cluster demo-k8s". */
  title: string;
  get(): Promise<T>;
  /** Azure's provisioning state, "Succeeded" when nothing goes on. */
  stateOf(found: T): string | undefined;
  /** Whether it is as desired, so that nothing needs to be written. */
  isCurrent(found: T): boolean;
  /** Begins the create or update. */
  submit(): { poller: Poller };
  restore(serialized: string): { poller: Poller };
  /** Seconds between polls where Azure does not say. */
  pollEvery: number;
}

const AT_REST = new Set(['Succeeded', 'Failed', 'Canceled']);

/** A long-running operation on its way from one call to the next. */
interface Submitted {
  doing: string;
  serialized: string;
}

/**
 * Observes, then acts, then reports; calling it again changes nothing. A long-running operation is submitted
 * by one call and polled by later ones, which get the poller back as `resume`. Without it (the answer to the
 * submit was lost) the resource's own provisioning state tells when it is done.
 */
export async function reconcile<T>(resource: Resource<T>, resume?: string): Promise<Outcome<T>> {
  return listening(async (retryAfter) => {
    try {
      if (resume !== undefined) {
        const { doing, serialized } = JSON.parse(resume) as Submitted;
        const { poller } = resource.restore(serialized);
        await poller.poll();
        if (!poller.isDone) return await submitted(resource, doing, poller, retryAfter);
      }
      const found = await observe(resource);
      const state = found && resource.stateOf(found);
      if (state !== undefined && !AT_REST.has(state))
        return pending(says(state), retryAfter(resource.pollEvery));
      if (found !== undefined && state !== 'Failed' && state !== 'Canceled' && resource.isCurrent(found)) {
        return ready(found);
      }
      const { poller } = resource.submit();
      await poller.submitted();
      return await submitted(resource, found === undefined ? 'Creating' : 'Updating', poller, retryAfter);
    } catch (error) {
      const outcome = outcomeOf(error, resource.title, retryAfter);
      // The old poller is still good when only a poll went wrong; a new one would remember the failure.
      return outcome.state === 'pending' && resume !== undefined ? { ...outcome, resume } : outcome;
    }
  });
}

async function observe<T>(resource: Resource<T>): Promise<T | undefined> {
  try {
    return await resource.get();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function submitted<T>(
  { pollEvery }: Resource<T>,
  doing: string,
  poller: Poller,
  retryAfter: (usual: number) => number,
): Promise<Outcome<T>> {
  const resume: Submitted = { doing, serialized: await poller.serialize() };
  return pending(says(doing), retryAfter(pollEvery), JSON.stringify(resume));
}

const says = (state: string) => `Azure says: ${state}`;

/** Runs one or more quick requests; what goes wrong becomes an outcome. */
export const attempt = <T>(title: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> =>
  listening(async (retryAfter) => {
    try {
      return await work();
    } catch (error) {
      return outcomeOf(error, title, retryAfter);
    }
  });

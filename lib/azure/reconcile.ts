import { done, failed, pending, ready, type Outcome, type Pending } from '../domain/outcome.ts';
import type { Problem } from '../domain/problem.ts';
import type { AzureCall } from './call.ts';
import type { AzureClients } from './clients.ts';
import { isNotFound, isPollError, outcomeOf } from './errors.ts';

/** The part of the clients that records Azure's answers. */
type Recording = Pick<AzureClients, 'call'>;

/** A poller of the SDK. It is thenable, so an async function must never return it. */
interface Poller {
  submitted(): Promise<void>;
  poll(): Promise<unknown>;
  serialize(): Promise<string>;
  readonly isDone: boolean;
}

/** A started long-running operation; `doing` describes it when it is not a creation or an update. */
interface Submission {
  poller: Poller;
  doing?: string;
}

/** How to bring an Azure resource to its desired state. */
export interface Resource<T> {
  /** For messages: "AKS cluster demo-k8s". */
  title: string;
  get(): Promise<T>;
  /** Azure's provisioning state; "Succeeded" when no operation is in progress. */
  stateOf(found: T): string | undefined;
  /** Whether the resource is as desired, so that no change is needed. */
  isCurrent(found: T): boolean;
  /**
   * Starts the next operation towards the desired state; `found` is undefined when the resource does not
   * exist.
   */
  submit(found: T | undefined): Submission | Promise<Submission>;
  restore(serialized: string): { poller: Poller };
  /** The problem when the resource does not exist and must not be created. */
  ifAbsent?: Problem;
  /** Seconds between polls without a Retry-After. */
  pollEvery: number;
}

const TERMINAL_STATES = new Set(['Succeeded', 'Failed', 'Canceled']);

/** A long-running operation, serialized for the next call. */
interface Submitted {
  doing: string;
  serialized: string;
}

/**
 * Observes the resource, then changes it where needed, then reports. It is idempotent. One call submits a
 * long-running operation and later ones poll it, with the poller in `resume`. Without `resume` (the response
 * to the submit was lost), the provisioning state of the resource shows when it is done.
 */
export const reconcile = <T>(
  clients: Recording,
  resource: Resource<T>,
  resume?: string,
): Promise<Outcome<T>> =>
  converge(
    clients,
    resource,
    (found) =>
      found !== undefined && isHealthy(resource, found) && resource.isCurrent(found)
        ? ready(found)
        : undefined,
    resume,
  );

/** Deletes a resource in the same way; ready when it no longer exists. */
export const remove = <T>(
  clients: Recording,
  resource: Omit<Resource<T>, 'isCurrent' | 'ifAbsent'>,
  resume?: string,
): Promise<Outcome> =>
  converge(clients, resource, (found) => (found === undefined ? done : undefined), resume);

/** Moves the resource towards the state in which `end` returns an outcome. */
async function converge<T, R>(
  { call }: Recording,
  resource: Omit<Resource<T>, 'isCurrent'>,
  end: (found: T | undefined) => Outcome<R> | undefined,
  resume?: string,
): Promise<Outcome<R>> {
  try {
    if (resume !== undefined) {
      const { doing, serialized } = JSON.parse(resume) as Submitted;
      const { poller } = resource.restore(serialized);
      await poller.poll();
      if (!poller.isDone) return await submitted(call, resource, doing, poller);
    }
    const found = await observe(resource);
    if (found === undefined && resource.ifAbsent !== undefined) return failed(resource.ifAbsent);
    const state = found && resource.stateOf(found);
    if (state !== undefined && !TERMINAL_STATES.has(state))
      return pending(report(state), call.retryAfter ?? resource.pollEvery);
    const ended = end(found);
    if (ended !== undefined) return ended;
    const { poller, doing = found === undefined ? 'Creating' : 'Updating' } = await resource.submit(found);
    await poller.submitted();
    return await submitted(call, resource, doing, poller);
  } catch (error) {
    const outcome = outcomeOf(error, resource.title, call);
    // When only a poll failed, the old poller is still valid.
    const canResume = resume !== undefined && isPollError(error);
    return outcome.state === 'pending' && canResume ? { ...outcome, resume } : outcome;
  }
}

export const isHealthy = <T>({ stateOf }: Pick<Resource<T>, 'stateOf'>, found: T): boolean =>
  !['Failed', 'Canceled'].includes(stateOf(found) ?? '');

async function observe<T>(resource: Pick<Resource<T>, 'get'>): Promise<T | undefined> {
  try {
    return await resource.get();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function submitted<T>(
  { retryAfter }: AzureCall,
  { pollEvery }: Pick<Resource<T>, 'pollEvery'>,
  doing: string,
  poller: Poller,
): Promise<Pending> {
  const resume: Submitted = { doing, serialized: await poller.serialize() };
  return pending(report(doing), retryAfter ?? pollEvery, JSON.stringify(resume));
}

const report = (state: string) => `Azure says: ${state}`;

/** Runs one or more short requests; errors become outcomes. */
export async function attempt<T>(
  { call }: Recording,
  title: string,
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    return outcomeOf(error, title, call);
  }
}

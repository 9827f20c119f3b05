import { done, failed, pending, ready, type Outcome, type Pending } from '../domain/outcome.ts';
import type { Problem } from '../domain/problem.ts';
import type { AzureCall } from './call.ts';
import type { AzureClients } from './clients.ts';
import { isNotFound, isOnlyOfThePoll, outcomeOf } from './errors.ts';

/** The clients whose pipelines write down what Azure says in this call. */
type InCall = Pick<AzureClients, 'call'>;

/** What Azure's pollers offer; a poller is thenable, so it must never be returned from an async function. */
interface Poller {
  submitted(): Promise<void>;
  poll(): Promise<unknown>;
  serialize(): Promise<string>;
  readonly isDone: boolean;
}

/** A long-running operation that was begun; `doing` is what to call it, where that is not plain. */
interface Submission {
  poller: Poller;
  doing?: string;
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
  /** Begins what brings it nearer to what is desired; `found` is undefined when there is none yet. */
  submit(found: T | undefined): Submission | Promise<Submission>;
  restore(serialized: string): { poller: Poller };
  /** What it means that there is none, where it is not to be made. */
  ifAbsent?: Problem;
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
export const reconcile = <T>(clients: InCall, resource: Resource<T>, resume?: string): Promise<Outcome<T>> =>
  converge(
    clients,
    resource,
    (found) =>
      found !== undefined && isSound(resource, found) && resource.isCurrent(found) ? ready(found) : undefined,
    resume,
  );

/** Takes a resource away in the same manner; ready once Azure no longer knows it. */
export const remove = <T>(
  clients: InCall,
  resource: Omit<Resource<T>, 'isCurrent' | 'ifAbsent'>,
  resume?: string,
): Promise<Outcome> =>
  converge(clients, resource, (found) => (found === undefined ? done : undefined), resume);

/** Goes towards the state in which `end` has an answer. */
async function converge<T, R>(
  { call }: InCall,
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
    if (state !== undefined && !AT_REST.has(state))
      return pending(says(state), call.retryAfter ?? resource.pollEvery);
    const ended = end(found);
    if (ended !== undefined) return ended;
    const { poller, doing = found === undefined ? 'Creating' : 'Updating' } = await resource.submit(found);
    await poller.submitted();
    return await submitted(call, resource, doing, poller);
  } catch (error) {
    const outcome = outcomeOf(error, resource.title, call);
    // The old poller is still good when only a poll went wrong; a new one would remember the failure.
    const goesOn = resume !== undefined && isOnlyOfThePoll(error);
    return outcome.state === 'pending' && goesOn ? { ...outcome, resume } : outcome;
  }
}

export const isSound = <T>({ stateOf }: Pick<Resource<T>, 'stateOf'>, found: T): boolean =>
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
  return pending(says(doing), retryAfter ?? pollEvery, JSON.stringify(resume));
}

const says = (state: string) => `Azure says: ${state}`;

/** Runs one or more quick requests; what goes wrong becomes an outcome. */
export async function attempt<T>(
  { call }: InCall,
  title: string,
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    return outcomeOf(error, title, call);
  }
}

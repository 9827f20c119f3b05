import type { AccessEventList, CallerView, SignInView } from '../api/sign-in.ts';
import { authorize } from '../domain/policy.ts';
import { personOf, type Person, type Principal, type Role } from '../domain/principal.ts';
import type { Services } from '../services.ts';
import { errorText, type Log } from '../telemetry/log.ts';
import type { PageRequest } from '../tables/index.ts';

/** Where callers sign in. */
export const readSignIn = ({ signIn }: Pick<Services, 'signIn'>): SignInView => signIn;

/** Who the caller is. */
export function whoAmI(principal: Principal): CallerView {
  authorize(principal, 'whoAmI');
  const { tenant, role } = principal;
  return { ...personOf(principal), tenant, role };
}

/** A page of the requests that were refused because of who sent them, newest first. */
export async function listAccessEvents(
  { store }: Pick<Services, 'store'>,
  principal: Principal,
  request: PageRequest,
): Promise<AccessEventList> {
  authorize(principal, 'listAccessEvents');
  const { items: events, ...next } = await store.access.list(request);
  return { events, ...next };
}

/**
 * Remembers who signed in, and forgets who has no role anymore. In real time, as tokens are. Never throws: the request
 * does not need it.
 */
export async function noteCaller(
  { services: { store }, log }: { services: Pick<Services, 'store'>; log: Log },
  caller: Person,
  role: Role | undefined,
): Promise<void> {
  try {
    await store.people.note(personOf(caller), role, Date.now());
  } catch (error) {
    log('warn', { event: 'person.unrecorded', actor: caller.name, message: errorText(error) });
  }
}

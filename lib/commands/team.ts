import { authorize } from '../domain/policy.ts';
import type { Person, Principal, Team } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import { quote } from '../domain/quote.ts';
import { manual } from '../domain/remedies.ts';
import type { Services } from '../services.ts';

type People = Pick<Services, 'directory' | 'store'>;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The members of a stack after a request for them; null means none. A member who is known stays as recorded, so that
 * another display name is no change. Throws UNKNOWN_PERSON and AMBIGUOUS_PERSON.
 */
export async function membersAfter(
  services: People,
  { owner, members }: Team,
  asked: readonly string[] | null | undefined,
): Promise<Person[]> {
  if (asked === undefined) return [...members];
  const people = await Promise.all(
    (asked ?? []).map((text) => personFor(services, [owner, ...members], text)),
  );
  const others = new Map(people.map((person) => [person.id, person]));
  others.delete(owner.id);
  return [...others.values()];
}

/** Throws NOT_ALLOWED when the caller changes the members of a stack of somebody else. */
export function authorizeMembers(
  principal: Principal,
  name: string,
  before: Team | undefined,
  members: readonly Person[],
): void {
  const ids = (people: readonly Person[]) =>
    people
      .map(({ id }) => id)
      .sort()
      .join();
  if (before === undefined || ids(before.members) === ids(members)) return;
  authorize(principal, 'changeMembers', { name, ...before });
}

async function personFor(services: People, team: readonly Person[], text: string): Promise<Person> {
  const given = text.trim();
  const known = (id: string) => team.find((person) => person.id === id);
  if (GUID.test(given)) {
    const id = given.toLowerCase();
    return known(id) ?? (await personWithId(services, id));
  }
  const found = (await services.directory.find(given)) ?? (await peopleWhoSignedIn(services, team, given));
  const [first, ...more] = found;
  if (first === undefined) throw new ProblemError('UNKNOWN_PERSON', `Nobody is called ${quote(given)}.`);
  if (more.length > 0)
    throw new ProblemError('AMBIGUOUS_PERSON', `Several people are called ${quote(given)}.`, {
      remedies: [
        manual(
          `Use the object id of one of them: ${found.map(({ id, name }) => `${id} (${name})`).join(', ')}.`,
        ),
      ],
    });
  return known(first.id) ?? first;
}

/** Whoever nobody knows is accepted: Azure knows whether there is such an account. */
async function personWithId({ directory, store }: People, id: string): Promise<Person> {
  const found = await directory.get(id);
  if (found === 'absent')
    throw new ProblemError('UNKNOWN_PERSON', `The directory has no account with the object id ${id}.`);
  const { name = id, type = 'User' } = found ?? (await store.people.get(id)) ?? {};
  return { id, name, type };
}

/** By name, or by the part of it before the @. */
async function peopleWhoSignedIn(
  { store }: People,
  team: readonly Person[],
  wanted: string,
): Promise<Person[]> {
  const people = [...(await store.people.list()), ...team];
  const matching = people.filter(({ name }) =>
    [name, name.split('@')[0]].some((word) => word?.toLowerCase() === wanted.toLowerCase()),
  );
  return [...new Map(matching.map(({ id, name, type }) => [id, { id, name, type }])).values()];
}

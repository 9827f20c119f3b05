import { personOf, type Person } from '../../lib/domain/principal.ts';
import type { DocumentStore } from '../document-store.ts';
import { PEOPLE } from '../people.ts';
import type { Reply } from './arm.ts';
import { readToken } from './tokens.ts';
import { GRAPH, GRAPH_HOST } from './transport.ts';

const DOMAIN = 'example.com';

/** The people of the tenant, in Entra and in Microsoft Graph. */
export interface Directory {
  find(id: string): Person | undefined;
  add(person: Person): void;
  remove(id: string): void;
  /** Whether an administrator lets the control plane read people. */
  isReadable: boolean;
  answer(url: URL, authorization: string | undefined): Reply;
}

const refused = (status: number, code: string, message: string): Reply => ({
  status,
  body: { error: { code, message, innerError: {} } },
});

/**
 * Answers as https://learn.microsoft.com/graph/api/user-get, `user-list` and `serviceprincipal-get`, for the filters that
 * the control plane sends.
 */
export function createDirectory(documents: DocumentStore): Directory {
  const people = documents.collection<Person | { isDeleted: true }>('azure.directory');
  for (const person of Object.values(PEOPLE))
    if (people.get(person.id) === undefined) people.set(person.id, personOf(person));
  const find = (id: string) => {
    const found = people.get(id.toLowerCase());
    return found === undefined || 'isDeleted' in found ? undefined : found;
  };
  const users = () =>
    people
      .entries()
      .map(([, person]) => person)
      .filter((person) => 'type' in person && person.type === 'User') as Person[];
  const shown = ({ id, name, type }: Person) => ({
    id,
    displayName: name,
    ...(type === 'User' && { userPrincipalName: nameInTenant(name) }),
  });

  const directory: Directory = {
    find,
    add: (person) => people.set(person.id, person),
    remove: (id) => people.set(id, { isDeleted: true }),
    isReadable: true,
    answer(url, authorization) {
      const claims = readToken(/^Bearer (.+)$/i.exec(authorization ?? '')?.[1]);
      if (claims?.aud !== `https://${GRAPH_HOST}`)
        return refused(401, 'InvalidAuthenticationToken', 'Access token validation failure.');
      if (!directory.isReadable)
        return refused(
          403,
          'Authorization_RequestDenied',
          'Insufficient privileges to complete the operation.',
        );
      const [, kind, key] =
        /^\/v1\.0\/(users|servicePrincipals)(?:\/([^/]+))?$/.exec(
          decodeURIComponent(url.pathname.slice(GRAPH.length)),
        ) ?? [];
      if (kind === undefined) return refused(400, 'BadRequest', 'Resource not found for the segment.');
      if (key === undefined) return list(users().map(shown), url.searchParams.get('$filter') ?? '');
      const type = kind === 'users' ? 'User' : 'ServicePrincipal';
      const found = find(key) ?? users().find(({ name }) => nameInTenant(name) === key.toLowerCase());
      return found?.type === type
        ? { status: 200, body: shown(found) }
        : refused(404, 'Request_ResourceNotFound', `Resource '${key}' does not exist.`);
    },
  };
  return directory;
}

const nameInTenant = (name: string) => `${name.toLowerCase().replaceAll(' ', '.')}@${DOMAIN}`;

interface Shown {
  displayName: string;
  userPrincipalName?: string;
}

const FILTER = /^displayName eq '(.*)' or startsWith\(userPrincipalName,'(.*)@'\) or mail eq '(.*)'$/;

function list(users: readonly Shown[], filter: string): Reply {
  const [, ...words] = FILTER.exec(filter) ?? [];
  const [name, alias, mail] = words.map((word) => word.replaceAll("''", "'").toLowerCase());
  if (name === undefined) return refused(400, 'Request_UnsupportedQuery', 'Unsupported query.');
  const value = users.filter(
    ({ displayName, userPrincipalName }) =>
      displayName.toLowerCase() === name ||
      userPrincipalName?.startsWith(`${alias}@`) === true ||
      userPrincipalName === mail,
  );
  return { status: 200, body: { value } };
}

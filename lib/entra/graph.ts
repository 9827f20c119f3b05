import type { TokenCredential } from '@azure/core-auth';
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
} from '@azure/core-rest-pipeline';
import { z } from 'zod';
import type { Person } from '../domain/principal.ts';

const GRAPH = 'https://graph.microsoft.com';

/** In milliseconds: a caller waits for it. */
const TIMEOUT = 5_000;

/** The people of the tenant. Each answer is undefined when Microsoft Graph cannot be read. */
export interface Directory {
  /** Users with this display name, sign-in name or mail address, or the part of the sign-in name before the @. */
  find(name: string): Promise<Person[] | undefined>;
  /** The user or service principal with an object id; `absent` when there is none. */
  get(id: string): Promise<Person | 'absent' | undefined>;
}

const entry = z.object({ id: z.guid().toLowerCase(), displayName: z.string().nullish() });
const page = z.object({ value: z.array(entry) });

/**
 * Reads people from Microsoft Graph with the identity of the control plane. An administrator of the tenant may give it
 * the permission User.ReadBasic.All; without it Graph answers 403.
 * https://learn.microsoft.com/graph/api/user-list, https://learn.microsoft.com/graph/api/user-get
 */
export function createDirectory(
  credential: TokenCredential,
  httpClient: HttpClient = createDefaultHttpClient(),
): Directory {
  /** The body of an answer; `absent` for 404, undefined for every other failure. */
  const read = async (path: string): Promise<unknown> => {
    const abortSignal = AbortSignal.timeout(TIMEOUT);
    try {
      const token = await credential.getToken(`${GRAPH}/.default`, { abortSignal });
      const { status, bodyAsText } = await httpClient.sendRequest(
        createPipelineRequest({
          url: `${GRAPH}/v1.0/${path}`,
          headers: createHttpHeaders({ authorization: `Bearer ${token?.token ?? ''}` }),
          abortSignal,
        }),
      );
      if (status === 404) return 'absent';
      return status === 200 ? JSON.parse(bodyAsText ?? '') : undefined;
    } catch {
      return undefined;
    }
  };
  const one = async (type: Person['type'], key: string): Promise<Person | 'absent' | undefined> => {
    const kind = type === 'User' ? 'users' : 'servicePrincipals';
    const found = await read(`${kind}/${encodeURIComponent(key)}?$select=id,displayName`);
    if (found === 'absent') return found;
    const { data } = entry.safeParse(found);
    return data && personOf(type, data);
  };

  return {
    async find(name) {
      const word = name.replaceAll("'", "''");
      const filter = `displayName eq '${word}' or startsWith(userPrincipalName,'${word}@') or mail eq '${word}'`;
      const query = `$select=id,displayName&$top=10&$filter=${encodeURIComponent(filter)}`;
      const [listed, signsIn] = await Promise.all([
        read(`users?${query}`),
        name.includes('@') ? one('User', name) : undefined,
      ]);
      if (typeof signsIn === 'object') return [signsIn];
      return page.safeParse(listed).data?.value.map((user) => personOf('User', user));
    },
    async get(id) {
      const user = await one('User', id);
      if (user !== 'absent') return user;
      // Reading service principals needs more rights. What is no user is one of them, or nothing.
      return (await one('ServicePrincipal', id)) ?? { id, name: id, type: 'ServicePrincipal' };
    },
  };
}

const personOf = (type: Person['type'], { id, displayName }: z.infer<typeof entry>): Person => ({
  id,
  name: displayName ?? id,
  type,
});

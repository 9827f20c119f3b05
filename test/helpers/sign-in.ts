import type { AccessEventList } from '../../lib/api/sign-in.ts';
import { PEOPLE, type LocalPerson } from '../../local/people.ts';
import type { Issuer } from '../../local/issuer/index.ts';
import { createStore, type Store } from '../../lib/tables/index.ts';
import { openTable } from '../../lib/tables/open.ts';
import { startPlane, type TestPlane } from './embedded.ts';

/** A control plane whose callers sign in. */
export interface SignedInPlane extends TestPlane {
  issuer: Issuer;
  store: Store;
  /** The header of a person's request. */
  as: (person: LocalPerson) => { authorization: string };
  /** The refusals, newest first. */
  refusals: () => Promise<AccessEventList['events']>;
}

export async function startSignedIn(options: Parameters<typeof startPlane>[0] = {}): Promise<SignedInPlane> {
  const plane = await startPlane({ ...options, signIn: true });
  const { settings, azure, issuer } = plane;
  if (issuer === undefined) throw new Error('There is no issuer.');
  const as = (person: LocalPerson) => ({ authorization: `Bearer ${issuer.tokenFor(person)}` });
  return {
    ...plane,
    issuer,
    as,
    store: createStore(openTable(settings.tables, settings.tableName, azure.credential)),
    async refusals() {
      const { body } = await plane.api('GET', '/access-events', undefined, as(PEOPLE.developer));
      return (body as AccessEventList).events;
    },
  };
}

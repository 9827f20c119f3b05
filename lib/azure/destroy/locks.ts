import { failed, type Failed } from '../../domain/outcome.ts';
import { problem } from '../../domain/problem.ts';
import { repeatOperation, runAzureCli } from '../../domain/remedies.ts';
import type { AzureClients, AzureOptions } from '../clients.ts';
import { isWithin, isWithinAny } from './ids.ts';

/** A management lock, as learn.microsoft.com has it ("Lock your Azure resources"). */
interface Lock {
  id: string;
  name: string;
  properties: { level: string };
}

const API_VERSION = '2020-05-01';
const SUFFIX = '/providers/Microsoft.Authorization/locks/';

/**
 * The problem of a lock that forbids deleting one of the ids: one at it, above it, or on something in it, for
 * Azure does not delete what holds something locked. Undefined when there is none.
 */
export async function lockOn(
  { rest }: AzureClients,
  { subscriptionId }: AzureOptions,
  ids: readonly string[],
): Promise<Failed | undefined> {
  const path = `/subscriptions/${subscriptionId}${SUFFIX.slice(0, -1)}`;
  const locks = await rest.list<Lock>({ path, apiVersion: API_VERSION });
  const inTheWay = locks.filter((lock) => {
    const scope = scopeOf(lock);
    return isWithinAny(scope, ids) || ids.some((id) => isWithin(id, scope));
  });
  const [first] = inTheWay;
  if (first === undefined) return undefined;
  const others = inTheWay.length - 1;
  return failed(
    problem(
      'RESOURCE_LOCKED',
      `The lock ${first.name}${others === 0 ? '' : ` and ${others} more`} keeps Azure from deleting it.`,
      {
        cause: inTheWay
          .map((lock) => `${lock.name} (${lock.properties.level}) at ${scopeOf(lock)}`)
          .join('; '),
        remedies: [
          runAzureCli(`az lock delete --ids ${inTheWay.map(({ id }) => id).join(' ')}`, 'Remove the lock.'),
          repeatOperation(),
        ],
      },
    ),
  );
}

const scopeOf = ({ id }: Lock): string => id.slice(0, id.lastIndexOf(SUFFIX));

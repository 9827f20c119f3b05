import { BASE_PATH } from '../../../lib/api/routes.ts';
import { checkResponse, takeViolations } from '../../helpers/contract.ts';
import { CANCEL, type Action } from '../actions.ts';
import type { Evidence } from '../life.ts';

const nameOf = ({ method, stack, path, id }: Action): string => `${method} ${stack}${path} (${id})`;

/** Every request is answered in time, and none by an internal error. A process that dies answers after its restart. */
export const answered = ({ exchanges, crashes }: Evidence): string[] => [
  ...crashes,
  ...exchanges
    .filter(({ status }) => status === 0 || status === 500)
    .map(({ action, status, body }) =>
      status === 0 ? `${nameOf(action)} had no answer.` : `${nameOf(action)} failed: ${body}`,
    ),
];

export function documented({ exchanges }: Evidence): string[] {
  takeViolations();
  for (const { action, path, ...answer } of exchanges)
    if (answer.status !== 0) checkResponse({ method: action.method, path: `${BASE_PATH}${path}`, ...answer });
  return takeViolations();
}

/** What distinguishes a request from another one. The consent to a removal is not part of it. */
const requestOf = ({ method, path, body }: Action): string =>
  JSON.stringify([method, path.replace(/\?allowRemoval=true/, ''), body ?? {}]);

/** A cancellation ends another operation, and begins none with its id. */
const begins = ({ path }: Action): boolean => path !== CANCEL;

export function accepted({ exchanges }: Evidence): string[] {
  const begun = exchanges
    .filter(({ action, status }) => status === 202 && begins(action))
    .map(({ action }) => action);
  const byId = Map.groupBy(begun, ({ stack, id }) => `${stack}-${id}`);
  return [...byId].flatMap(([id, actions]) => {
    const requests = new Set(actions.map(requestOf));
    return requests.size > 1 ? [`${id} was accepted as ${[...requests].join(' and as ')}`] : [];
  });
}

import type { ArmRequest, Azure, Json } from './arm.ts';
import { armError } from './errors.ts';
import { readToken } from './tokens.ts';

/** What a clause of a condition allows: these roles, or any, for these types of principals. */
interface Allowed {
  roles: string[] | undefined;
  types: string[];
}

const SOURCE = '(@Request|@Resource)\\[Microsoft\\.Authorization/roleAssignments:';
const EXPRESSION = new RegExp(
  `(?:${SOURCE}RoleDefinitionId\\] ForAnyOfAnyValues:GuidEquals \\{([^}]*)\\} AND )?` +
    `${SOURCE}PrincipalType\\] ForAnyOfAnyValues:StringEqualsIgnoreCase \\{([^}]*)\\}`,
  'g',
);

const words = (list: string) => list.split(',').map((word) => word.trim().replaceAll("'", '').toLowerCase());

/**
 * Reads the form of a condition that constrains roles and types of principals: `@Request` for assignments that are
 * written, `@Resource` for those that are deleted (learn.microsoft.com, "Delegate Azure role assignment management to
 * others with conditions").
 */
function allowedBy(condition: string, source: '@Request' | '@Resource'): Allowed[] {
  return Array.from(condition.matchAll(EXPRESSION))
    .filter(([, , , of]) => of === source)
    .map(([, , roles, , types = '']) => ({
      roles: roles === undefined ? undefined : words(roles),
      types: words(types),
    }));
}

/** Throws when the condition of the control plane's own role does not allow a change of an assignment. */
export function checkDelegation(
  { delegation, principalId }: Azure,
  scope: string,
  { method, headers }: ArmRequest,
  { roleDefinitionId, principalType }: Json,
): void {
  const caller = readToken(/^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1])?.oid;
  if (delegation === undefined || caller !== principalId) return;
  const role = String(roleDefinitionId).split('/').at(-1)?.toLowerCase() ?? '';
  const type = String(principalType).toLowerCase();
  const allowed = allowedBy(delegation, method === 'DELETE' ? '@Resource' : '@Request');
  if (allowed.some(({ roles, types }) => roles?.includes(role) !== false && types.includes(type))) return;
  const action = `Microsoft.Authorization/roleAssignments/${method === 'DELETE' ? 'delete' : 'write'}`;
  throw armError(
    403,
    'AuthorizationFailed',
    `The client '${principalId}' with object id '${principalId}' does not have authorization or an ABAC condition not ` +
      `fulfilled to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently ` +
      'granted, please refresh your credentials.',
  );
}

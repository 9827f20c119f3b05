import type { Person } from './principal.ts';

interface BuiltInRole {
  /** The same in every tenant (learn.microsoft.com, "Azure built-in roles"). */
  id: string;
  /** Whom Matcha assigns it to. */
  to: readonly Person['type'][];
}

const IDENTITIES = ['ServicePrincipal'] as const;
/** A person may also be a service principal, such as that of a CI job. */
const PEOPLE = ['User', 'ServicePrincipal'] as const;

/** Every role of Azure that Matcha assigns. */
export const AZURE_ROLES = {
  'Storage Blob Data Contributor': { id: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe', to: PEOPLE },
  'Storage Blob Data Reader': { id: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', to: IDENTITIES },
  AcrPull: { id: '7f951dda-4ed3-4680-a7ca-43fe172d538d', to: IDENTITIES },
  AcrPush: { id: '8311e382-0749-4cb8-b61a-304f252e45ec', to: PEOPLE },
  'Azure Kubernetes Service RBAC Cluster Admin': {
    id: 'b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b',
    to: IDENTITIES,
  },
  'Azure Kubernetes Service RBAC Writer': { id: 'a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb', to: PEOPLE },
  'Azure Kubernetes Service Cluster User Role': { id: '4abbcc35-e782-43d8-92c5-2d3f1bd2253f', to: PEOPLE },
} as const satisfies Record<string, BuiltInRole>;
export type AzureRole = keyof typeof AZURE_ROLES;

/**
 * The condition of the control plane's own assignment of Role Based Access Control Administrator: it may assign the roles
 * of this table to these types of principals, and remove the same. Of service principals it may remove every role: when
 * an identity of a stack goes, so do the roles that others gave it. The format is that of
 * https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples
 */
export function delegationCondition(): string {
  const written = Object.entries(Object.groupBy(Object.values(AZURE_ROLES), ({ to }) => quoted(to)));
  const people = written.filter(([types]) => types === quoted(PEOPLE));
  const only = (action: string, clauses: string[]) =>
    `((!(ActionMatches{'${ASSIGNMENTS}/${action}'})) OR ${clauses.join(' OR ')})`;
  return [
    only(
      'write',
      written.map(
        ([types, roles = []]) => `(${anyRole('@Request', roles)} AND ${anyType('@Request', types)})`,
      ),
    ),
    only('delete', [
      ...people.map(
        ([types, roles = []]) => `(${anyRole('@Resource', roles)} AND ${anyType('@Resource', types)})`,
      ),
      `(${anyType('@Resource', quoted(IDENTITIES))})`,
    ]),
  ].join(' AND ');
}

const ASSIGNMENTS = 'Microsoft.Authorization/roleAssignments';

/** The attributes of an assignment that is written, or of one that is deleted. */
type Source = '@Request' | '@Resource';

const anyRole = (source: Source, roles: readonly BuiltInRole[]): string =>
  `${source}[${ASSIGNMENTS}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${roles.map(({ id }) => id).join(', ')}}`;

const anyType = (source: Source, types: string): string =>
  `${source}[${ASSIGNMENTS}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {${types}}`;

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

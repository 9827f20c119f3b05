import type { Azure, ArmRequest, Json, Reply, Resource, ResourceType, Target } from './arm.ts';
import { DURATIONS } from './durations.ts';
import { checkDelegation } from './delegation.ts';
import { idNotFound, armError } from './errors.ts';
import { identityCreatedAt } from './identities.ts';
import { describe, existing, isoNow } from './resources.ts';
import { ROLES } from './role-definitions.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TYPE = 'Microsoft.Authorization/roleAssignments';

const roleOf = (roleDefinitionId: unknown) => String(roleDefinitionId).split('/').at(-1)?.toLowerCase() ?? '';

const assignments = (azure: Azure): Resource[] =>
  azure.resources
    .entries()
    .map(([, resource]) => resource)
    .filter(({ type }) => type === TYPE);

/**
 * The service looks up the principal. A new one may not be replicated yet: with the type ServicePrincipal, it need not be
 * found. When it is found, it must have the type.
 */
function checkPrincipal(azure: Azure, { principalId, principalType }: Json): void {
  const type = typeOf(azure, String(principalId));
  if (type === undefined && principalType === 'ServicePrincipal') return;
  if (type !== undefined && (principalType === undefined || principalType === type)) return;
  if (type !== undefined)
    throw armError(
      400,
      'UnmatchedPrincipalType',
      `The PrincipalId '${String(principalId).replaceAll('-', '')}' has type '${type}' , which is different from ` +
        `specified PrinciaplType '${String(principalType)}'.`,
    );
  throw armError(
    400,
    'PrincipalNotFound',
    `Principal ${String(principalId).replaceAll('-', '')} does not exist in the directory ${azure.tenantId}. ` +
      'Check that you have the correct principal ID. If you are creating this principal and then immediately ' +
      'assigning a role, this error might be related to a replication delay. In this case, set the role assignment ' +
      'principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype',
  );
}

/** The type of a principal in the directory; undefined when it is not, or not yet, there. */
function typeOf(azure: Azure, principalId: string): string | undefined {
  if (principalId === azure.principalId) return 'ServicePrincipal';
  const createdAt = identityCreatedAt(azure, principalId);
  const isReplicated =
    createdAt !== undefined && createdAt + DURATIONS.identity.replicate * 1000 <= azure.clock.now();
  return isReplicated ? 'ServicePrincipal' : azure.directory.find(principalId)?.type;
}

const isSameGrant = (a: Json, b: Json) =>
  roleOf(a['roleDefinitionId']) === roleOf(b['roleDefinitionId']) &&
  a['principalId'] === b['principalId'] &&
  String(a['scope']).toLowerCase() === String(b['scope']).toLowerCase();

/** A namespace of a cluster is a scope; it need not exist (learn.microsoft.com, "Use Azure RBAC for Kubernetes"). */
const NAMESPACE = /(\/managedClusters\/[^/]+)\/namespaces\/[^/]+$/i;

function put(azure: Azure, target: Target, request: ArmRequest): Reply {
  const { body } = request;
  const { name = '' } = target;
  const resource = target.within.replace(NAMESPACE, '$1');
  if (!GUID.test(name))
    throw armError(
      400,
      'InvalidRoleAssignmentId',
      `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
    );
  if (/\/providers\//i.test(resource) && !azure.resources.get(resource.toLowerCase()))
    throw idNotFound(resource);
  const grant: Json = { ...(body['properties'] as Json | undefined), scope: target.within };
  const role = roleOf(grant['roleDefinitionId']);
  if (!(role in ROLES))
    throw armError(
      400,
      'RoleDefinitionDoesNotExist',
      `The specified role definition with ID '${role}' does not exist.`,
    );
  checkDelegation(azure, target.within, request, grant);
  checkPrincipal(azure, grant);

  const current = azure.resources.get(target.key);
  if (current && isSameGrant(current.properties, grant)) return { status: 200, body: current };
  if (current)
    throw armError(
      400,
      'RoleAssignmentUpdateNotPermitted',
      'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
    );
  const same = assignments(azure).find(({ properties }) => isSameGrant(properties, grant));
  if (same)
    throw armError(
      409,
      'RoleAssignmentExists',
      'The role assignment already exists. ' +
        `The ID of the existing role assignment is ${same.name.replaceAll('-', '')}.`,
    );

  const createdOn = isoNow(azure);
  const assignment = describe(
    target,
    {},
    {
      principalType: 'ServicePrincipal',
      condition: null,
      conditionVersion: null,
      ...grant,
      createdOn,
      updatedOn: createdOn,
      createdBy: azure.principalId,
      updatedBy: azure.principalId,
    },
  );
  azure.resources.set(target.key, assignment);
  return { status: 201, body: assignment, seconds: DURATIONS.roleAssignment.write };
}

const isWithin = (inner: string, outer: string) =>
  `${inner}/`.toLowerCase().startsWith(`${outer}/`.toLowerCase());

/** The assignments at a scope and above it; also below it, unless the filter has `atScope()`. A filter may name a principal. */
function list(azure: Azure, target: Target, { query }: ArmRequest): Reply {
  const filter = query.get('$filter') ?? '';
  const [, principal] = /(?:principalId eq|assignedTo\() ?'([^']+)'/i.exec(filter) ?? [];
  const onlyAtScope = /atScope\(\)/i.test(filter);
  const value = assignments(azure).filter(({ properties }) => {
    const scope = String(properties['scope']);
    const isInScope = isWithin(target.within, scope) || (!onlyAtScope && isWithin(scope, target.within));
    return isInScope && (principal === undefined || properties['principalId'] === principal);
  });
  return { status: 200, body: { value } };
}

export const roleAssignments: ResourceType = {
  name: TYPE,
  apiVersions: ['2022-04-01'],
  isTracked: false,
  deleteSeconds: DURATIONS.roleAssignment.delete,
  put,
  list,
  delete(azure, target, request) {
    const body = existing(azure, target);
    checkDelegation(azure, target.within, request, body.properties);
    azure.resources.delete(target.key);
    return { status: 200, body, seconds: DURATIONS.roleAssignment.delete };
  },
};

/**
 * The assignments at a resource, or a namespace in it, its group and its subscription. It must be fast, since every
 * cluster request needs it.
 */
function assignmentsAbove(azure: Azure, scope: string): Resource[] {
  const inner = scope.toLowerCase();
  const [, group = '', subscription = ''] =
    /^((\/subscriptions\/[^/]+)\/resourcegroups\/[^/]+)\//.exec(inner) ?? [];
  return [...new Set([subscription, group, inner.replace(NAMESPACE, '$1'), inner])]
    .flatMap((scope) => azure.resources.entries(`${scope}/providers/${TYPE.toLowerCase()}/`))
    .map(([, assignment]) => assignment);
}

/** The roles of a principal at a scope and above it, and when each was assigned, in milliseconds since the epoch. */
export const dataRoles = (
  azure: Azure,
  principalId: string,
  scope: string,
): { role: string; since: number }[] =>
  assignments(azure)
    .filter(
      ({ properties }) =>
        properties['principalId'] === principalId && isWithin(scope, String(properties['scope'])),
    )
    .map(({ properties }) => ({
      role: ROLES[roleOf(properties['roleDefinitionId'])] ?? '',
      since: Date.parse(String(properties['createdOn'])),
    }));

/** Whether a principal has a role at a resource by an assignment that has propagated to the clusters. */
export function hasRole(azure: Azure, principalId: string, role: string, resource: string): boolean {
  const propagatedSince = azure.clock.now() - DURATIONS.roleAssignment.propagate * 1000;
  return assignmentsAbove(azure, resource).some(
    ({ properties }) =>
      properties['principalId'] === principalId &&
      ROLES[roleOf(properties['roleDefinitionId'])] === role &&
      Date.parse(String(properties['createdOn'])) <= propagatedSince,
  );
}

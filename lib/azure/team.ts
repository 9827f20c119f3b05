import type { RoleAssignment } from '@azure/arm-authorization';
import type { ObservedResource } from '../domain/changes.ts';
import { AZURE_ROLES, type AzureRole } from '../domain/azure-roles.ts';
import { done, failed, pending, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import type { Person } from '../domain/principal.ts';
import { problem } from '../domain/problem.ts';
import { manual, provisionStack } from '../domain/remedies.ts';
import { KINDS } from '../domain/resource-kinds.ts';
import { STEP_TITLES } from '../domain/step-titles.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { codeOf, isNotFound } from './errors.ts';
import { attempt } from './reconcile.ts';
import { assignmentName, assignRole, resourceId, sameId, type RoleGrant } from './roles.ts';

type TeamInput = StepInputs['ensureTeamAccess'];

/** How many assignments one call changes, at the same time: a call is short. */
const AT_ONCE = 20;

/** The description of an assignment begins with it, and ends with the name of the person. */
const DESCRIPTION = 'Matcha: ';

/**
 * Gives the owner and the members of a stack their roles, and takes back those of people who left. It touches only
 * assignments that it made, which their names show. Goes on without a person that the directory does not know, and then
 * fails with PRINCIPAL_NOT_FOUND. `resume` lists the ids of those people.
 */
export const ensureTeamAccess = (
  clients: AzureClients,
  options: AzureOptions,
  input: TeamInput,
  resume = '[]',
): Promise<Outcome> =>
  attempt(clients, STEP_TITLES.ensureTeamAccess, async () => {
    const unknown = new Set(JSON.parse(resume) as string[]);
    const { missing, extra } = await compare(clients, options, input);
    const changes = [
      ...extra.map(
        ({ id = '' }) =>
          () =>
            revoke(clients, id),
      ),
      ...missing
        .filter(({ person }) => !unknown.has(person.id))
        .map((grant) => async () => {
          if (!(await assign(clients, options, grant))) unknown.add(grant.person.id);
        }),
    ];
    const changed = await Promise.allSettled(changes.slice(0, AT_ONCE).map((change) => change()));
    const refused = changed.find(({ status }) => status === 'rejected');
    if (refused?.status === 'rejected') throw refused.reason;
    if (changes.length > AT_ONCE)
      return pending(`${changes.length - AT_ONCE} roles to go`, 1, JSON.stringify([...unknown]));
    return unknown.size === 0 ? done : failed(notInDirectory(input, unknown));
  });

/** What `ensureTeamAccess` changes, by person. */
export async function observeTeam(
  clients: AzureClients,
  options: AzureOptions,
  input: TeamInput,
  isNew: boolean,
): Promise<Omit<ObservedResource, 'step'>[]> {
  const wanted = grantsOf(options, input);
  const { missing, extra, own } = isNew
    ? { missing: wanted, extra: [], own: [] }
    : await compare(clients, options, input);
  if (wanted.length === 0 && extra.length === 0) return [];
  const people = input.people.map((person, index) => {
    const countIn = (roles: readonly Pick<RoleAssignment, 'principalId'>[]) =>
      roles.filter(({ principalId }) => sameId(principalId, person.id)).length;
    const [before, lacks, loses] = [countIn(own), countIn(missing), countIn(extra)];
    const after = before + lacks - loses;
    const isSame = lacks + loses === 0;
    const change = isSame ? ('unchanged' as const) : before === 0 ? ('added' as const) : ('changed' as const);
    return {
      change,
      kind: index === 0 ? KINDS.owner : KINDS.member,
      name: person.name,
      properties: change === 'changed' ? [{ path: 'roles', before, after }] : [],
    };
  });
  const left = extra.filter(
    ({ principalId = '' }) => !input.people.some(({ id }) => sameId(principalId, id)),
  );
  const names = new Map(left.map((found) => [found.principalId, nameIn(found)]));
  const former = Array.from(names.values(), (name) => ({
    change: 'removed' as const,
    kind: KINDS.member,
    name,
    properties: [],
  }));
  return [...people, ...former];
}

interface PersonalGrant extends RoleGrant {
  person: Person;
}

/** The roles of every person, each at the narrowest scope. */
function grantsOf(options: AzureOptions, input: TeamInput): PersonalGrant[] {
  const { resourceGroup, account, containers, registry, cluster, namespace } = input;
  const idOf = (type: string, name: string) => resourceId(options, resourceGroup, type, name);
  const blobs = `${idOf('Microsoft.Storage/storageAccounts', account)}/blobServices/default/containers`;
  const clusterId = idOf('Microsoft.ContainerService/managedClusters', cluster);
  const wanted: [role: AzureRole, scope: string][] = [
    ...containers.map((name): [AzureRole, string] => ['Storage Blob Data Contributor', `${blobs}/${name}`]),
    ...(registry === undefined
      ? []
      : [['AcrPush', idOf('Microsoft.ContainerRegistry/registries', registry)] as [AzureRole, string]]),
    ...(namespace === undefined
      ? []
      : ([
          // https://learn.microsoft.com/azure/aks/manage-azure-rbac: a namespace is a scope, also before it exists.
          ['Azure Kubernetes Service RBAC Writer', `${clusterId}/namespaces/${namespace}`],
          // For `az aks get-credentials`; it gives no right inside the cluster.
          ['Azure Kubernetes Service Cluster User Role', clusterId],
        ] as [AzureRole, string][])),
  ];
  return input.people.flatMap((person) =>
    wanted.map(([role, scope]) => ({
      scope,
      role,
      principalId: person.id,
      principalType: person.type,
      person,
    })),
  );
}

/** Which roles nobody assigned yet, the assignments of this module, and which of them are no longer wanted. */
async function compare(
  clients: AzureClients,
  options: AzureOptions,
  input: TeamInput,
): Promise<{ missing: PersonalGrant[]; extra: RoleAssignment[]; own: RoleAssignment[] }> {
  const { roleAssignments } = await clients.authorization();
  // The list has the assignments of everything in the group.
  const found = await Array.fromAsync(roleAssignments.listForResourceGroup(input.resourceGroup));
  const wanted = grantsOf(options, input);
  const held = new Set(found.map(keyOf));
  const keys = new Set(wanted.map(grantKey));
  const own = found.filter(isTeamAssignment);
  return {
    own,
    missing: wanted.filter((grant) => !held.has(grantKey(grant))),
    extra: own.filter((assignment) => !keys.has(keyOf(assignment))),
  };
}

const grantKey = ({ scope, role, principalId }: RoleGrant) =>
  [scope, AZURE_ROLES[role].id, principalId].join('|').toLowerCase();

const keyOf = ({ scope, roleDefinitionId, principalId }: RoleAssignment) =>
  [scope, roleDefinitionId?.split('/').at(-1), principalId].join('|').toLowerCase();

const nameOf = (key: string): string => assignmentName('team', key);

/** Whether this module made an assignment: its name follows from what it assigns. */
export const isTeamAssignment = (assignment: RoleAssignment): boolean =>
  sameId(assignment.name, nameOf(keyOf(assignment)));

const nameIn = ({ description, principalId = '' }: RoleAssignment): string =>
  description?.startsWith(DESCRIPTION) ? description.slice(DESCRIPTION.length) : principalId;

/** False when the directory does not know the person, such as after the account was deleted. */
async function assign(clients: AzureClients, options: AzureOptions, grant: PersonalGrant): Promise<boolean> {
  try {
    const description = DESCRIPTION + grant.person.name;
    await assignRole(clients, options, { ...grant, description }, nameOf(grantKey(grant)));
    return true;
  } catch (error) {
    if (codeOf(error) === 'PrincipalNotFound') return false;
    throw error;
  }
}

async function revoke(clients: AzureClients, id: string): Promise<void> {
  const { roleAssignments } = await clients.authorization();
  try {
    await roleAssignments.deleteById(id);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function notInDirectory({ stack, people }: TeamInput, unknown: ReadonlySet<string>) {
  const [owner, ...members] = people;
  const lost = people.filter(({ id }) => unknown.has(id));
  const names = lost.map(({ name, id }) => (name === id ? id : `${name} (${id})`)).join(', ');
  const kept = members.filter(({ id }) => !unknown.has(id));
  return problem(
    'PRINCIPAL_NOT_FOUND',
    `${STEP_TITLES.ensureTeamAccess}: the directory does not know ${names}.`,
    {
      cause: 'Azure answers PrincipalNotFound: the account was deleted, or is of another tenant.',
      remedies: [
        lost.some(({ id }) => id === owner?.id)
          ? manual('Restore the account in Entra ID. Everybody else has access.')
          : provisionStack(
              { name: stack, members: kept.map(({ id }) => id) },
              'Keep the other members only. They have access.',
            ),
      ],
    },
  );
}

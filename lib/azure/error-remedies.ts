import { waitForIt } from '../domain/problems/azure.ts';
import { manual, provisionStack, repeatOperation, runAzureCli, type Remedy } from '../domain/remedy.ts';
import { OTHER_SIZES } from './node-sizes.ts';
import type { Refusal } from './refusals.ts';

/** What can be done about a refusal, read from what Azure says in it; undefined where it does not say enough. */
export type RemediesOf = (said: Refusal) => Remedy[] | undefined;

const caught = (pattern: RegExp, { message }: Refusal): string | undefined =>
  pattern.exec(message ?? '')?.[1];

/** "The subscription is not registered to use namespace 'Microsoft.ContainerService'." */
const provider: RemediesOf = (said) => {
  const namespace = caught(/namespace '([\w.]+)'/i, said);
  if (namespace === undefined) return undefined;
  const command = `az provider register --namespace ${namespace} --wait`;
  return [runAzureCli(command, 'Register the resource provider.'), repeatOperation()];
};

/** "... cannot perform write operation because following scope(s) are locked: '/subscriptions/...'." */
const lock: RemediesOf = (said) => {
  const scope = caught(/locked: '([^',]+)/i, said)?.replace(/\/$/, '');
  if (scope === undefined) return undefined;
  const [, group, inside] = /\/resourceGroups\/([^/]+)(\/.+)?$/i.exec(scope) ?? [];
  const filter = group === undefined ? [] : [`--resource-group ${group}`];
  const where = inside === undefined ? filter : [`--resource ${scope}`];
  return [
    runAzureCli(['az lock list', ...where].join(' '), `Find the lock on ${scope}.`),
    runAzureCli('az lock delete --ids ID', 'Remove it.'),
    repeatOperation(),
  ];
};

/** "The client '...' with object id '...' does not have authorization to perform action '...' over scope '...'" */
const role: RemediesOf = (said) => {
  const principal = caught(/object id '([^']+)'/i, said);
  const action = caught(/perform (?:the )?action(?:\(s\))? '([^']+)'/i, said);
  const scope = caught(/scope '([^']+)'/i, said);
  if (principal === undefined || scope === undefined) return undefined;
  return [assignRole(principal, roleFor(action ?? ''), scope), repeatOperation()];
};

/** The built-in role that allows an action, as narrow as there is. */
const roleFor = (action: string): string =>
  /^Microsoft\.Authorization\/roleAssignments\//i.test(action)
    ? 'Role Based Access Control Administrator'
    : 'Contributor';

/** Gives a role to an identity. */
export const assignRole = (principalId: string, name: string, scope: string): Remedy =>
  runAzureCli(
    `az role assignment create --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal --role "${name}" --scope ${scope}`,
    `Assign the role ${name}, and wait some minutes.`,
  );

interface PolicyViolation {
  policyAssignmentDisplayName?: string;
  policyAssignmentName?: string;
  policyDefinitionDisplayName?: string;
}

/** The policy is named in `additionalInfo`, or in the text: `Policy identifiers: '[{"policyAssignment":{"name":"..."`. */
const policy: RemediesOf = (said) => {
  const info = said.additionalInfo?.find(({ type }) => type === 'PolicyViolation')?.info as
    PolicyViolation | undefined;
  const name =
    info?.policyAssignmentDisplayName ??
    info?.policyAssignmentName ??
    info?.policyDefinitionDisplayName ??
    caught(/"policyAssignment":\s*\{[^}]*?"name":\s*"([^"]+)"/, said);
  if (name === undefined) return undefined;
  return [
    manual(`Policy "${name}" forbids it: ask its owner for an exemption, or choose what it allows.`),
    repeatOperation(),
  ];
};

const tags: RemediesOf = () => [
  manual("Give fewer or shorter tags: at most 50, Matcha's own included."),
  repeatOperation(),
];

const capacity: RemediesOf = ({ message }) => [
  provisionStack(
    {
      'cluster.onShortage.do': 'fallback',
      'cluster.onShortage.nodeSizes': OTHER_SIZES.filter((size) => message?.includes(size) !== true).slice(
        0,
        2,
      ),
    },
    'Take another node size where Azure has none of this one.',
  ),
  waitForIt,
];

export const remediesFor = { provider, lock, role, policy, tags, capacity };

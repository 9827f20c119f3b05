import { waitForCapacity } from '../domain/problems/azure.ts';
import { manual, provisionStack, repeatOperation, runAzureCli } from '../domain/remedies.ts';
import type { Remedy } from '../domain/remedy.ts';
import { ALTERNATIVE_SIZES } from './node-sizes.ts';
import type { Refusal } from './refusals.ts';

/** Returns remedies from the text of a refusal; undefined when the text is not specific enough. */
export type RemediesOf = (refusal: Refusal) => Remedy[] | undefined;

const caught = (pattern: RegExp, { message }: Refusal): string | undefined =>
  pattern.exec(message ?? '')?.[1];

/** "The subscription is not registered to use namespace 'Microsoft.ContainerService'." */
const provider: RemediesOf = (refusal) => {
  const namespace = caught(/namespace '([\w.]+)'/i, refusal);
  if (namespace === undefined) return undefined;
  const command = `az provider register --namespace ${namespace} --wait`;
  return [runAzureCli(command, 'Register the resource provider.'), repeatOperation()];
};

/** "... cannot perform write operation because following scope(s) are locked: '/subscriptions/...'." */
const lock: RemediesOf = (refusal) => {
  const scope = caught(/locked: '([^',]+)/i, refusal)?.replace(/\/$/, '');
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
const role: RemediesOf = (refusal) => {
  const principal = caught(/object id '([^']+)'/i, refusal);
  const action = caught(/perform (?:the )?action(?:\(s\))? '([^']+)'/i, refusal);
  const scope = caught(/scope '([^']+)'/i, refusal);
  if (principal === undefined || scope === undefined) return undefined;
  return [assignRole(principal, roleFor(action ?? ''), scope), repeatOperation()];
};

/** The narrowest built-in role that allows an action. */
const roleFor = (action: string): string =>
  /^Microsoft\.Authorization\/roleAssignments\//i.test(action)
    ? 'Role Based Access Control Administrator'
    : 'Contributor';

/** A remedy that assigns a role to an identity. */
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

/**
 * The name of the policy is in `additionalInfo`, or in the text: `Policy identifiers:
 * '[{"policyAssignment":{"name":"..."`.
 */
const policy: RemediesOf = (refusal) => {
  const info = refusal.additionalInfo?.find(({ type }) => type === 'PolicyViolation')?.info as
    PolicyViolation | undefined;
  const name =
    info?.policyAssignmentDisplayName ??
    info?.policyAssignmentName ??
    info?.policyDefinitionDisplayName ??
    caught(/"policyAssignment":\s*\{[^}]*?"name":\s*"([^"]+)"/, refusal);
  if (name === undefined) return undefined;
  return [
    manual(`Policy "${name}" denies it: ask its owner for an exemption, or choose values that it allows.`),
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
      'cluster.onShortage.nodeSizes': ALTERNATIVE_SIZES.filter(
        (size) => message?.includes(size) !== true,
      ).slice(0, 2),
    },
    'Use another node size when Azure lacks capacity for this one.',
  ),
  waitForCapacity,
];

export const remediesFor = { provider, lock, role, policy, tags, capacity };

import type { Refusal } from './refusals.ts';

/** What to do about a refusal, read from what Azure says in it; undefined where it does not say enough. */
type Hint = (said: Refusal) => string | undefined;

const THEN = 'Then provision again; it continues.';

const caught = (pattern: RegExp, { message }: Refusal): string | undefined =>
  pattern.exec(message ?? '')?.[1];

/** "The subscription is not registered to use namespace 'Microsoft.ContainerService'." */
const provider: Hint = (said) => {
  const namespace = caught(/namespace '([\w.]+)'/i, said);
  return namespace && `Register it: \`az provider register --namespace ${namespace} --wait\`. ${THEN}`;
};

/** "... cannot perform write operation because following scope(s) are locked: '/subscriptions/...'." */
const lock: Hint = (said) => {
  const scope = caught(/locked: '([^',]+)/i, said)?.replace(/\/$/, '');
  if (scope === undefined) return undefined;
  const [, group, inside] = /\/resourceGroups\/([^/]+)(\/.+)?$/i.exec(scope) ?? [];
  const where =
    inside === undefined ? (group === undefined ? '' : ` --resource-group ${group}`) : ` --resource ${scope}`;
  return `Find the lock on ${scope} with \`az lock list${where}\`, remove it with \`az lock delete --ids ID\`. ${THEN}`;
};

/** "The client '...' with object id '...' does not have authorization to perform action '...' over scope '...'" */
const role: Hint = (said) => {
  const principal = caught(/object id '([^']+)'/i, said);
  const action = caught(/perform (?:the )?action(?:\(s\))? '([^']+)'/i, said);
  const scope = caught(/scope '([^']+)'/i, said);
  if (principal === undefined || scope === undefined) return undefined;
  return `${roleCommand(principal, roleFor(action ?? ''), scope)}. ${THEN}`;
};

/** The built-in role that allows an action, as narrow as there is. */
const roleFor = (action: string): string =>
  /^Microsoft\.Authorization\/roleAssignments\//i.test(action)
    ? 'Role Based Access Control Administrator'
    : 'Contributor';

/** How to give a role to an identity. */
export const roleCommand = (principalId: string, name: string, scope: string): string =>
  `Run \`az role assignment create --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal ` +
  `--role "${name}" --scope ${scope}\``;

interface PolicyViolation {
  policyAssignmentDisplayName?: string;
  policyAssignmentName?: string;
  policyDefinitionDisplayName?: string;
}

/** The policy is named in `additionalInfo`, or in the text: `Policy identifiers: '[{"policyAssignment":{"name":"..."`. */
const policy: Hint = (said) => {
  const info = said.additionalInfo?.find(({ type }) => type === 'PolicyViolation')?.info as
    PolicyViolation | undefined;
  const name =
    info?.policyAssignmentDisplayName ??
    info?.policyAssignmentName ??
    info?.policyDefinitionDisplayName ??
    caught(/"policyAssignment":\s*\{[^}]*?"name":\s*"([^"]+)"/, said);
  if (name === undefined) return undefined;
  return `Policy "${name}" forbids it: ask its owner for an exemption (\`az policy exemption create\`), or choose what it allows. ${THEN}`;
};

const tags: Hint = () => `Give fewer or shorter tags: at most 50, Matcha's own included. ${THEN}`;

export const hints = { provider, lock, role, policy, tags };

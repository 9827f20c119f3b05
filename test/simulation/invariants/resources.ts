import type { StackView } from '../../../lib/api/stack.ts';
import type { Evidence, Moment } from '../life.ts';

/** A part of its account that cannot be deleted separately, and is in no receipt. */
const isOwnResource = (id: string) => !/\/blobservices\/default$/i.test(id);

const lower = (ids: readonly string[]): string[] => ids.map((id) => id.toLowerCase()).sort();

/** The resources of a stack: in its group, and in the node groups of its cluster. */
const resourcesOf = ({ truth }: Moment, stack: string): string[] =>
  lower(truth.inventory.filter(isOwnResource)).filter((id) =>
    new RegExp(`/resourcegroups/(mc_)?${stack}-resources(_|/|$)`).test(id),
  );

const minus = (left: readonly string[], right: readonly string[]) => left.filter((id) => !right.includes(id));

const differences = (stack: string, said: readonly string[], found: readonly string[]): string[] => [
  ...minus(found, said).map((id) => `${stack}: ${id} exists, which no receipt says`),
  ...minus(said, found).map((id) => `${stack}: ${id} is gone, which the receipt says is kept`),
];

/** Every stack is in a final phase, with a reason where it is needed, and its resources are what the phase says. */
export const stacksAreTrue = ({ settled }: Evidence): string[] =>
  settled.stacks.flatMap((stack) => {
    const { name, phase, problem, kept = [] } = stack;
    switch (phase) {
      case 'Ready':
        return powerOf(settled, name) === 'Running'
          ? []
          : [`${name} is Ready, but its cluster does not run.`];
      case 'Hibernated':
        return powerOf(settled, name) === 'Stopped' ? [] : [`${name} is Hibernated, but its cluster runs.`];
      case 'Failed':
      case 'Degraded':
        return reasonOf(stack) ? [] : [`${name} is ${phase} without a reason: ${JSON.stringify(problem)}`];
      case 'Destroyed':
        return differences(name, lower(kept), resourcesOf(settled, name));
      default:
        return [`${name} is ${phase}, but no operation runs.`];
    }
  });

/** A failure inside Matcha is no reason. */
const reasonOf = ({ problem }: StackView): boolean => problem !== undefined && problem.code !== 'UNEXPECTED';

function powerOf({ resources }: Moment, stack: string): string | undefined {
  const cluster = resources.find(({ id }) => id.toLowerCase().endsWith(`/managedclusters/${stack}-k8s`));
  return (cluster?.properties['powerState'] as { code?: string } | undefined)?.code;
}

/** The receipt of the last destroy operation says what is gone, what can be restored, and that nothing is left. */
export const receiptsAreTrue = ({ end, receipts }: Evidence): string[] =>
  Object.entries(receipts).flatMap(([stack, [last]]) => {
    if (last === undefined) return [];
    const present = lower(end.truth.inventory);
    const restorable = last.restorable.map((id) => id.split('/').at(-1) ?? '');
    const deleted = end.restorable.map((id) => id.split('/').at(-1) ?? '');
    return [
      ...last.left.map((id) => `${stack}: the receipt says that ${id} is left`),
      ...lower(last.gone)
        .filter((id) => present.includes(id))
        .map((id) => `${stack}: the receipt says that ${id} is gone, but it exists`),
      ...minus(restorable, deleted).map((id) => `${stack}: the receipt says that ${id} can be restored`),
      ...minus(
        deleted.filter((id) => id.startsWith(`${stack}st`)),
        restorable,
      ).map((id) => `${stack}: ${id} can be restored, which the receipt does not say`),
    ];
  });

export const endsEmpty = ({ end }: Evidence): string[] => [
  ...end.stacks
    .filter(({ phase }) => phase !== 'Destroyed')
    .map(
      ({ name, phase, problem }) => `${name} is ${phase} after the last destroy: ${JSON.stringify(problem)}`,
    ),
  ...end.truth.inventory.map((id) => `${id} is left behind.`),
];

/** Resources whose creation is an operation of its own. A change of a node pool, for one, is a creation too. */
const MAIN = /\/(managedclusters|storageaccounts|registries|userassignedidentities)\/[^/]+$/;

/** A resource is created again only after it was deleted, alone or with its group, or its creation failed. */
export function createdOnce({ azureOperations, settled }: Evidence): string[] {
  const inOrder = azureOperations.toSorted((a, b) => a.startedAt - b.startedAt);
  const live = new Set<string>();
  const twice: string[] = [];
  for (const { verb, resource, status } of inOrder) {
    if (verb === 'delete') for (const id of live) if (`${id}/`.startsWith(`${resource}/`)) live.delete(id);
    if (verb !== 'create' || !MAIN.test(resource)) continue;
    if (live.has(resource)) twice.push(`${resource} was created twice.`);
    if (status === 'Failed') live.delete(resource);
    else live.add(resource);
  }
  return [...twice, ...duplicates(settled)];
}

/** The type of a resource of which a stack has one, within its group. */
const SINGLE =
  /(\/resourcegroups\/[^/]+\/providers\/[^/]+\/(?:managedclusters|storageaccounts|registries))\/[^/]+$/;

/** Resources of a stack that should exist once, and role assignments that grant the same. */
function duplicates({ resources, truth }: Moment): string[] {
  const single = truth.inventory.flatMap((id) => SINGLE.exec(id.toLowerCase())?.[1] ?? []);
  const grants = resources
    .filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments')
    .map(({ properties: { scope, principalId, roleDefinitionId } }) =>
      JSON.stringify([scope, principalId, roleDefinitionId]),
    );
  const all = [...single, ...grants];
  return all.filter((each, index) => all.indexOf(each) !== index).map((each) => `${each} exists twice.`);
}

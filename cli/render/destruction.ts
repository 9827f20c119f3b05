import type { StackDetail } from '../../lib/api/stack.ts';
import type { Inventory } from '../../lib/domain/status.ts';
import { count, sentence, wrap, type Look } from './text.ts';

/** What destroy deletes and keeps. Without an inventory (Azure did not answer) it has no numbers. */
export function destructionLines(
  { name, preset, location, phase, components }: StackDetail,
  inventory: Inventory | undefined,
  keepData: boolean,
  { width }: Look,
): string[] {
  const resources =
    inventory === undefined ? 'everything' : count(inventory.present.length, 'Azure resource');
  const data = keepData ? 'their data in the cluster' : 'all their data';
  const what =
    phase === 'Destroyed'
      ? `This deletes what is left of ${name}: ${resources}.`
      : `This deletes ${resources} of ${name} (${preset}, ${location}), ${count(components.length, 'component')} ` +
        `(${components.join(', ')}) and ${data}.`;
  const kept = inventory && keptText(inventory.kept);
  const stays = kept === undefined ? [] : [`Kept: ${kept}.`];
  const warning = keepData
    ? 'All data on the disks of the cluster, such as run records, is deleted for good.'
    : `This cannot be undone.${phase !== 'Destroyed' ? ' --keep-data keeps the storage account with artifacts and data sets.' : ''}`;
  return [what, ...stays, warning].flatMap((line) => wrap(line, width));
}

/** "storage account demost7f3k in demo-resources with the containers dvc, mlflow and zenml" */
export function keptText(kept: readonly string[]): string | undefined {
  const account = kept
    .map((id) => /\/resourceGroups\/([^/]+)\/.*\/storageAccounts\/([^/]+)$/i.exec(id))
    .find(Boolean);
  if (!account) return undefined;
  const [, group = '', name = ''] = account;
  const containers = kept.flatMap((id) => /\/containers\/([^/]+)$/i.exec(id)?.[1] ?? []);
  const inside =
    containers.length === 0
      ? ''
      : ` with ${containers.length === 1 ? 'the container' : 'the containers'} ${sentence(containers)}`;
  return `storage account ${name} in ${group}${inside}`;
}

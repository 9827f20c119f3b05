import type { StackDetail } from '../../lib/api/stack.ts';
import type { Inventory } from '../../lib/domain/status.ts';
import { count, sentence, wrap, type Look } from './text.ts';

/** What is about to be deleted and what stays; without an inventory (Azure did not answer) there are no figures. */
export function destructionLines(
  { name, preset, location, phase, components }: StackDetail,
  inventory: Inventory | undefined,
  keepData: boolean,
  { width }: Look,
): string[] {
  const resources =
    inventory === undefined ? 'everything' : count(inventory.present.length, 'Azure resource');
  const data = keepData ? 'the data that they hold in the cluster' : 'all their data';
  const what =
    phase === 'Destroyed'
      ? `This deletes what is left of ${name}: ${resources}.`
      : `This deletes ${resources} of ${name} (${preset}, ${location}), ${count(components.length, 'component')} ` +
        `(${components.join(', ')}) and ${data}.`;
  const kept = inventory && keptText(inventory.kept);
  const stays = kept === undefined ? [] : [`Kept: ${kept}.`];
  const way = keepData
    ? 'Run records and whatever else lies on the disks of the cluster goes. Nothing can bring it back.'
    : 'Keep the storage account, with artifacts and data sets, with --keep-data. Nothing else can bring it back.';
  return [what, ...stays, way].flatMap((line) => wrap(line, width));
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

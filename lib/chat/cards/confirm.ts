import type { PlanChanges } from '../../domain/changes.ts';
import type { Inventory } from '../../domain/status.ts';
import type { Card } from '../card.ts';
import { count, sentence } from '../words.ts';
import { changeFacts } from './plan.ts';

interface Asked {
  stack: string;
  /** The command of the button. */
  command: string;
  /** When the button stops working, in minutes. */
  minutes: number;
}

/** Asks whether a stack may be deleted; says what goes and what stays. */
export function confirmDestroyCard(
  { stack, command, minutes }: Asked,
  {
    components,
    keepData,
    inventory,
  }: { components: readonly string[]; keepData: boolean; inventory: Inventory | undefined },
): Card {
  const resources =
    inventory === undefined ? 'everything' : count(inventory.present.length, 'Azure resource');
  return {
    title: `Destroy ${stack}?`,
    state: { text: 'Asks', tone: 'warning' },
    text: [
      `This deletes ${resources} of ${stack}, ${sentence(components)}, and ` +
        (keepData
          ? 'their data in the cluster. The storage account stays.'
          : 'all their data. It cannot be undone.'),
      ...(keepData ? [] : [`\`destroy ${stack} keep-data\` keeps the storage account.`]),
    ],
    buttons: [{ text: `Destroy ${stack}`, style: 'danger', command }],
    note: noteOf(minutes),
  };
}

/** Asks whether a change may delete data. */
export const confirmRemovalCard = ({ stack, command, minutes }: Asked, changes: PlanChanges): Card => ({
  title: `Remove data of ${stack}?`,
  state: { text: 'Asks', tone: 'warning' },
  text: ['This change deletes data for good.'],
  facts: changeFacts(changes),
  buttons: [{ text: 'Change it and delete the data', style: 'danger', command }],
  note: noteOf(minutes),
});

const noteOf = (minutes: number): string =>
  `Only you can press it, once, within ${minutes} minutes, while the stack does not change.`;

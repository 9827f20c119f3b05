import type { OperationView } from '../../lib/api/operation.ts';
import type { StackView } from '../../lib/api/stack.ts';
import type { Phase } from '../../lib/domain/status.ts';
import { rough, secondsBetween } from './duration.ts';
import { money } from './money.ts';
import { progressSummary } from './progress.ts';
import { table, type Column } from './table.ts';
import type { Look, Tone } from './text.ts';

const PHASE_TONES: Partial<Record<Phase, Tone>> = {
  Ready: 'green',
  Degraded: 'yellow',
  Failed: 'red',
  Hibernated: 'dim',
  Destroyed: 'dim',
};
export const phaseTone = (phase: Phase): Tone => PHASE_TONES[phase] ?? 'cyan';

/** `ada` of `ada@example.com`. */
export const shortName = (name: string) => name.split('@')[0] ?? name;

/**
 * Stacks as a table. NEXT shows the progress of the active operation, the problem, or the next command.
 * `operations` holds active operations by id.
 */
export function stackTable(
  stacks: readonly StackView[],
  at: number,
  look: Look,
  operations: ReadonlyMap<string, OperationView> = new Map(),
): string[] {
  const next = ({ name, phase, kept, activeOperation, problem }: StackView) => {
    const operation = activeOperation === undefined ? undefined : operations.get(activeOperation);
    if (operation !== undefined) return progressSummary({ operation, at });
    if (phase === 'Hibernated') return `matcha wake ${name}`;
    if (phase === 'Destroyed') return kept === undefined ? '' : `data kept, delete: matcha destroy ${name}`;
    return problem?.message ?? '';
  };
  return table(
    [
      { title: 'NAME', text: ({ name }) => name, tone: () => 'bold' },
      { title: 'PRESET', text: ({ preset }) => preset, most: 12 },
      { title: 'PHASE', text: ({ phase }) => phase, tone: ({ phase }) => phaseTone(phase) },
      { title: 'WHERE', text: ({ location }) => location, optional: 3 },
      { title: 'OWNER', text: ownerText, most: 16, optional: 2 },
      { title: 'AGE', text: ({ createdAt }) => rough(secondsBetween(createdAt, at)), optional: 1 },
      ...(stacks.some(({ costPerDay }) => costPerDay !== undefined) ? [COST_PER_DAY] : []),
      { title: 'NEXT', text: next, wraps: true },
    ],
    stacks,
    look,
  );
}

/** `ada +2`: the owner, and how many members there are. */
const ownerText = ({ owner, members }: StackView): string =>
  [shortName(owner.name), ...(members.length === 0 ? [] : [`+${members.length}`])].join(' ');

const COST_PER_DAY: Column<StackView> = {
  title: 'COST/DAY',
  text: ({ costPerDay }) => (costPerDay === undefined ? '-' : costPerDay === 0 ? '$0' : money(costPerDay)),
  right: true,
  optional: 4,
};

import type { OperationView } from '../../lib/api/operation.ts';
import type { StackDetail, StackView } from '../../lib/api/stack.ts';
import type { Phase } from '../../lib/domain/status.ts';
import { rough, secondsBetween } from './duration.ts';
import { problemLines } from './problem.ts';
import { elapsed, progressLines, progressSummary } from './progress.ts';
import { brief } from './duration.ts';
import { money } from './money.ts';
import { table, type Column } from './table.ts';
import { labelled, type Look, type Tone } from './text.ts';

const PHASE_TONES: Partial<Record<Phase, Tone>> = {
  Ready: 'green',
  Degraded: 'yellow',
  Failed: 'red',
  Hibernated: 'dim',
  Destroyed: 'dim',
};
const phaseTone = (phase: Phase): Tone => PHASE_TONES[phase] ?? 'cyan';

/** The people a column has room for: `ada` of `ada@example.com`. */
const shortOwner = (owner: string) => owner.split('@')[0] ?? owner;

/**
 * Stacks as a table; NEXT is how far the operation is that holds the stack, else what is wrong or how to go on. `operations`
 * holds these by id, as far as they are known.
 */
export function stackTable(
  stacks: readonly StackView[],
  at: number,
  look: Look,
  operations: ReadonlyMap<string, OperationView> = new Map(),
): string[] {
  const next = ({ name, phase, activeOperation, problem }: StackView) => {
    const operation = activeOperation === undefined ? undefined : operations.get(activeOperation);
    if (operation !== undefined) return progressSummary({ operation, at });
    if (phase === 'Hibernated') return wakeUp(name);
    return problem?.message ?? '';
  };
  return table(
    [
      { title: 'NAME', text: ({ name }) => name, tone: () => 'bold' },
      { title: 'PRESET', text: ({ preset }) => preset, most: 12 },
      { title: 'PHASE', text: ({ phase }) => phase, tone: ({ phase }) => phaseTone(phase) },
      { title: 'WHERE', text: ({ location }) => location, optional: true },
      { title: 'OWNER', text: ({ owner }) => shortOwner(owner), most: 16, optional: true },
      { title: 'AGE', text: ({ createdAt }) => rough(secondsBetween(createdAt, at)), optional: true },
      ...(stacks.some(({ costPerDay }) => costPerDay !== undefined) ? [COST_PER_DAY] : []),
      { title: 'NEXT', text: next },
    ],
    stacks,
    look,
  );
}

const wakeUp = (name: string) => `hibernated; matcha wake ${name}`;

const COST_PER_DAY: Column<StackView> = {
  title: 'COST/DAY',
  text: ({ costPerDay }) => (costPerDay === undefined ? '-' : costPerDay === 0 ? '$0' : money(costPerDay)),
  right: true,
  optional: true,
};

const TEXT_COLUMN = 14;

/** All that is known of one stack. */
export function stackLines(stack: Omit<StackDetail, 'spec'>, at: number, look: Look): string[] {
  const { name, phase, preset, versions, location, owner, access, createdAt, operation, problem } = stack;
  const tools = Object.entries(versions).map((tool) => tool.join(' '));
  const facts: [label: string, text: string][] = [
    ['Preset', `${preset}: ${stack.components.join(', ')}`],
    ...(tools.length === 0 ? [] : [['Tools', tools.join(', ')] satisfies [string, string]]),
    ['Where', `${location}, ${access}`],
    ['Owner', `${owner}, since ${rough(secondsBetween(createdAt, at))}`],
    ...(stack.costPerDay === undefined
      ? []
      : [
          [
            'Cost',
            stack.costPerDay === 0 ? '$0 (nothing made)' : `about ${money(stack.costPerDay)} a day`,
          ] satisfies [string, string],
        ]),
    ...(phase === 'Hibernated' ? [['Next', wakeUp(name)] satisfies [string, string]] : []),
    ...stack.conditions.map((condition): [string, string] => [
      condition.type,
      [condition.status, condition.reason, condition.message].filter(Boolean).join(', '),
    ]),
  ];
  if (operation !== undefined && stack.activeOperation === undefined) {
    const took = `${operation.kind} ${operation.state} in ${brief(elapsed(operation, at))}`;
    facts.push(['Last', `${took}, operation ${operation.id}`]);
  }
  const column = Math.max(TEXT_COLUMN, ...facts.map(([label]) => label.length + 4));
  const isRunning = operation !== undefined && stack.activeOperation !== undefined;
  return [
    `${look.paint('bold', name)}  ${look.paint(phaseTone(phase), phase)}`,
    ...facts.flatMap(([label, text]) => labelled(`  ${label}`, text, column, look)),
    ...(isRunning ? ['', ...progressLines({ operation, at }, look, { about: [operation.kind] })] : []),
    ...(problem === undefined
      ? []
      : ['', ...problemLines({ ...problem, stack: name, ...(operation && { kind: operation.kind }) }, look)]),
  ];
}

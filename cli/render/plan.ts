import type { PlanView } from '../../lib/api/plan.ts';
import { changeLines } from './changes.ts';
import { costText } from './cost.ts';
import { brief, rough } from './duration.ts';
import { count, inTone, labeled, plain, type Look } from './text.ts';

const TEXT_COLUMN = 14;

/**
 * The plan of a new stack: its resources, usual duration and cost. The plan of an existing stack: its changes.
 */
export function planLines(plan: PlanView, look: Look): string[] {
  const { changes, phase } = plan;
  const lines =
    changes === undefined || phase === undefined
      ? newLines(plan, look)
      : changeLines({ ...plan, changes }, look);
  const isOpen = plan.allowFrom?.some((network) => network.endsWith('/0')) ?? false;
  return isOpen ? [...lines, look.paint('yellow', OPEN_TO_ALL)] : lines;
}

const OPEN_TO_ALL = '  Warning: the whole internet may reach this stack.';

function newLines(plan: PlanView, look: Look): string[] {
  const facts: [label: string, text: string][] = [
    ['Stack', [plan.stack, plan.preset, plan.location].join(', ')],
    ['Azure', resourcesText(plan.resources)],
    ['Tools', plan.components.map(({ title, ...move }) => `${title} ${moveText(move)}`).join(', ')],
    ['Access', `${accessText(plan)}; ${teamText(plan)}`],
  ];
  const size = `${count(plan.steps.length, 'step')}, about ${rough(plan.usual)}, ${costText(plan.cost)}`;
  return [
    ...labeled('Plan: ', size, 'Plan: '.length, inTone('bold', look)),
    ...facts.flatMap(([label, text]) => (text === '' ? [] : labeled(`  ${label}`, text, TEXT_COLUMN, look))),
  ];
}

const teamText = ({ owner, members }: PlanView): string =>
  [
    `owner ${owner.name}`,
    ...(members.length === 0 ? [] : [`members ${members.map(({ name }) => name).join(', ')}`]),
  ].join('; ');

const accessText = ({ access, allowFrom = [] }: PlanView): string =>
  allowFrom.length === 0 ? access : `${access} for ${allowFrom.join(', ')}`;

/** The tools to upgrade with their versions, and the usual duration. */
export function upgradeLines({ stack, components, usual }: PlanView, look: Look): string[] {
  const column = Math.max(TEXT_COLUMN, ...components.map(({ title }) => title.length + 4));
  const size = `${stack}, ${count(components.length, 'tool')}, about ${rough(usual)}`;
  return [
    ...labeled('Upgrade: ', size, 'Upgrade: '.length, inTone('bold', look)),
    ...components.flatMap(({ title, ...move }) => labeled(`  ${title}`, moveText(move), column, look)),
  ];
}

const moveText = ({ from, version }: { from?: string; version: string }): string =>
  from === undefined ? version : `${from} -> ${version}`;

function resourcesText(resources: PlanView['resources']): string {
  const byKind = Object.entries(Object.groupBy(resources, ({ kind }) => kind));
  return byKind
    .map(([kind, found = []]) => (found.length > 1 ? count(found.length, kind) : `${kind} ${named(found)}`))
    .join(', ');
}

const named = (resources: PlanView['resources']): string =>
  resources.map(({ name, detail }) => (detail === undefined ? name : `${name} (${detail})`)).join(', ');

/** The steps of a plan: usual duration and dependencies. */
export function planStepLines({ steps }: PlanView, look: Look): string[] {
  const titles = new Map(steps.map(({ id, title }) => [id, title]));
  const column = Math.max(...steps.map(({ title }) => title.length)) + 4;
  return steps
    .flatMap(({ title, usual, after }) => {
      const wait = after.map((id) => titles.get(id) ?? id).join(', ');
      const start = `  ${title.padEnd(column)}${brief(usual).padStart(6)}   `;
      return labeled(start, wait === '' ? '' : `after ${wait}`, start.length, { ...look, paint: plain });
    })
    .map((line) => line.trimEnd());
}

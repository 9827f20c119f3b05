import type { PlanView } from '../../lib/api/plan.ts';
import type { ComponentChange, PlanChanges, ResourceChange } from '../../lib/domain/changes.ts';
import type { PropertyChange } from '../../lib/domain/merge-patch.ts';
import type { Person } from '../../lib/domain/principal.ts';
import { costText } from './cost.ts';
import { rough } from './duration.ts';
import { inTone, labeled, wrap, type Look, type Tone } from './text.ts';

const INDENT = 4;

/** The changes to an existing stack: one line for each change, losses in red. */
export function changeLines(plan: PlanView & { changes: PlanChanges }, look: Look): string[] {
  const { stack, phase, preset, usual, cost, changes } = plan;
  const label = `Changes to ${stack}: `;
  const size = [`${phase ?? 'new'}, ${preset}`, countText(changes), `about ${rough(usual)}`].join('; ');
  return [
    ...labeled(label, size, label.length, inTone('bold', look)),
    ...changes.components.flatMap((change) => line(change.change, componentText(change), look, change.loses)),
    ...changes.resources.flatMap((change) => line(change.change, resourceText(change), look, change.loses)),
    ...changes.settings.flatMap((change) =>
      change.path === 'members' ? memberLines(change, look) : line('changed', propertyText(change), look),
    ),
    ...(changes.isComplete ? [] : line('changed', 'Azure or the cluster does not answer: there may be more changes', look)), // prettier-ignore
    ...labeled('  Cost', costText(cost), '  Cost  '.length, look),
  ];
}

type Kind = ComponentChange['change'];

const MARKS: Record<Kind, string> = { added: '+', changed: '~', removed: '-' };
const TONES: Record<Kind, Tone> = { added: 'green', changed: 'yellow', removed: 'red' };

function line(change: Kind, text: string, { width, paint }: Look, loses?: string): string[] {
  const shown = loses === undefined ? text : `Removes ${loses}`;
  return wrap(shown, width - INDENT).map((part, index) => {
    const mark = index === 0 ? paint(TONES[change], MARKS[change]) : ' ';
    return `  ${mark} ${loses === undefined ? part : paint('red', part)}`;
  });
}

/** One line for each person who comes or goes. */
function memberLines({ before, after }: PropertyChange, look: Look): string[] {
  const [was, is] = [before, after].map(
    (people) => new Map(asPeople(people).map(({ id, name }) => [id, name])),
  );
  const named = (change: Kind, people = new Map<string, string>(), others = new Map<string, string>()) =>
    [...people].filter(([id]) => !others.has(id)).flatMap(([, name]) => line(change, `member ${name}`, look));
  return [...named('added', is, was), ...named('removed', was, is)];
}

const asPeople = (people: PropertyChange['before']) => (people ?? []) as Pick<Person, 'id' | 'name'>[];

function componentText({ title, before, after, detail }: ComponentChange): string {
  if (detail !== undefined) return `${title} ${after ?? ''}: ${detail}`;
  if (before !== undefined && before === after) return `${title} ${after}: new configuration`;
  return `${title} ${[before, after].filter(Boolean).join(' -> ')}`.trim();
}

const resourceText = ({ kind, name, properties }: ResourceChange): string =>
  [`${kind} ${name}`, properties.map(propertyText).join(', ')].filter(Boolean).join(': ');

/** Properties of Azure resources in the words of the command line. */
const PROPERTIES: Record<string, string> = {
  minCount: 'min nodes',
  maxCount: 'max nodes',
  vmSize: 'node size',
  kubernetesVersion: 'Kubernetes',
  orchestratorVersion: 'Kubernetes',
  provisioningState: 'state',
  'access.allowFrom': 'public networks',
  'lifetime.protected': 'protected',
};

const propertyText = ({ path, before, after }: PropertyChange): string =>
  `${PROPERTIES[path] ?? path} ${valueText(before)} -> ${valueText(after)}`;

const valueText = (value: PropertyChange['before']): string => {
  if (value === undefined) return '(none)';
  if (Array.isArray(value)) return value.map(String).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
};

function countText({ components, resources, settings, unchanged }: PlanChanges): string {
  const all: Kind[] = [...components, ...resources].map(({ change }) => change);
  const counted: [Kind, number][] = [
    ['removed', all.filter((change) => change === 'removed').length],
    ['added', all.filter((change) => change === 'added').length],
    ['changed', all.filter((change) => change === 'changed').length + settings.length],
  ];
  const parts = counted.flatMap(([change, count]) => (count === 0 ? [] : [`${count} ${change}`]));
  return [...parts, `${unchanged} unchanged`].join(', ');
}

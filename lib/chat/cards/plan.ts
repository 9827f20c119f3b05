import type { PlanView } from '../../api/plan.ts';
import { isUnchanged, type PlanChanges } from '../../domain/changes.ts';
import type { PropertyChange } from '../../domain/merge-patch.ts';
import { rough } from '../../domain/duration-text.ts';
import type { Card, Fact } from '../card.ts';
import { costText, count } from '../words.ts';
import { titleOf } from './operation.ts';

/** What a provision would do. `command` is the one that does it. */
export function planCard(plan: PlanView, command: string): Card {
  const { stack, preset, location, changes, phase, usual, cost } = plan;
  const title = titleOf({ name: stack, preset, location });
  if (changes !== undefined && phase !== undefined && isUnchanged(changes))
    return { title, state: { text: 'No changes', tone: 'good' }, text: [`${stack} is as asked.`] };
  return {
    title,
    state: { text: phase === undefined ? 'Plan' : `Changes, ${phase}`, tone: 'neutral' },
    facts: [
      { label: 'Size', text: `${count(plan.steps.length, 'step')}, about ${rough(usual)}` },
      ...(changes === undefined || phase === undefined ? newFacts(plan) : changeFacts(changes)),
      { label: 'Cost', text: costText(cost) },
    ],
    buttons: [{ text: 'Provision it', style: 'primary', command }],
  };
}

function newFacts({ components, resources, access, owner }: PlanView): Fact[] {
  return [
    { label: 'Tools', text: components.map(({ title, version }) => `${title} ${version}`).join(', ') },
    { label: 'Azure', text: resources.map(({ kind, name }) => `${kind} ${name}`).join(', ') },
    { label: 'Access', text: `${access}; owner ${owner.name}` },
  ].filter(({ text }) => text !== '');
}

/** What is added, changed and removed. A loss of data is said first. */
export function changeFacts({ components, resources, settings, isComplete }: PlanChanges): Fact[] {
  const all = [
    ...components.map(({ change, title, before, after, loses }) => ({
      change,
      loses,
      text: [title, [before, after].filter(Boolean).join(' -> ')].join(' '),
    })),
    ...resources.map(({ change, kind, name, properties, loses }) => ({
      change,
      loses,
      text: [`${kind} ${name}`, ...properties.map(propertyText)].join(', '),
    })),
    ...settings.map((setting) => ({
      change: 'changed' as const,
      loses: undefined,
      text: propertyText(setting),
    })),
  ];
  const fact = (label: string, texts: string[]): Fact[] =>
    texts.length === 0 ? [] : [{ label, text: texts.join('; ') }];
  const of = (change: 'added' | 'changed' | 'removed') =>
    all.filter((one) => one.change === change && one.loses === undefined).map(({ text }) => text);
  return [
    ...fact(
      'Deletes',
      all.flatMap(({ loses }) => loses ?? []),
    ),
    ...fact('Removed', of('removed')),
    ...fact('Changed', of('changed')),
    ...fact('Added', of('added')),
    ...(isComplete ? [] : fact('Note', ['Azure or the cluster does not answer: there may be more changes.'])),
  ];
}

const propertyText = ({ path, before, after }: PropertyChange): string =>
  `${path} ${valueText(before)} -> ${valueText(after)}`;

const valueText = (value: PropertyChange['before']): string => {
  if (value === undefined) return '(none)';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

import type { StackDetail, StackList, StackView } from '../../api/stack.ts';
import { rough, secondsBetween } from '../../domain/duration-text.ts';
import { money } from '../../domain/money.ts';
import { componentCondition, isVerification, verifiedPart, type Condition } from '../../domain/status.ts';
import type { Button, Card, Fact } from '../card.ts';
import { phaseTone } from '../words.ts';
import { progressOf, titleOf } from './operation.ts';
import { problemParts } from './problem.ts';

/** One stack: its state, its tools, and what can be done with it. */
export function stackCard(stack: StackDetail, at: number): Card {
  const { name, phase, problem, operation, activeOperation } = stack;
  const isRunning = operation !== undefined && activeOperation !== undefined;
  const parts =
    problem === undefined || isRunning
      ? { text: [], buttons: [] }
      : problemParts(problem, { stack: name, kind: operation?.kind });
  const buttons = [...parts.buttons, ...buttonsOf(stack)];
  return {
    title: titleOf(stack),
    state: { text: phase, tone: phaseTone(phase) },
    ...(parts.text.length > 0 && { text: parts.text }),
    facts: factsOf(stack, at),
    ...(isRunning && { progress: progressOf(operation, at) }),
    ...(buttons.length > 0 && { buttons }),
    ...(operation && { note: `Last operation ${operation.id}, requested by ${operation.requestedBy.actor}` }),
  };
}

function buttonsOf({ name, phase, activeOperation, operation }: StackDetail): Button[] {
  if (activeOperation !== undefined)
    return operation?.ending === undefined
      ? [{ text: 'Cancel', style: 'danger', command: `cancel ${activeOperation}` }]
      : [];
  switch (phase) {
    case 'Ready':
    case 'Degraded':
      return [
        { text: 'Verify', command: `verify ${name}` },
        { text: 'Hibernate', command: `hibernate ${name}` },
        { text: 'Destroy', style: 'danger', command: `destroy ${name}` },
      ];
    case 'Hibernated':
      return [
        { text: 'Wake', style: 'primary', command: `wake ${name}` },
        { text: 'Destroy', style: 'danger', command: `destroy ${name}` },
      ];
    case 'Failed':
      return [
        { text: 'Provision', style: 'primary', command: `provision ${name}` },
        { text: 'Destroy', style: 'danger', command: `destroy ${name}` },
      ];
    default:
      return [];
  }
}

function factsOf(stack: StackDetail, at: number): Fact[] {
  const { phase, access, owner, members, createdAt, costPerDay, spec, kept } = stack;
  const { minNodes, maxNodes, nodeSize } = spec.cluster;
  const facts: [label: string, text: string | undefined][] = [
    ['Tools', toolsText(stack)],
    ...stack.conditions
      .filter(isVerification)
      .map((one): [string, string] => [verifiedPart(one), verificationText(one)]),
    ['Nodes', phase === 'Destroyed' ? undefined : `${minNodes}-${maxNodes} x ${nodeSize}`],
    ['Access', access],
    ['Owner', `${owner.name}, since ${rough(secondsBetween(createdAt, at))}`],
    ['Members', members.length === 0 ? undefined : members.map(({ name }) => name).join(', ')],
    ['Cost', costPerDay === undefined ? undefined : `about ${money(costPerDay)} a day`],
    ['Kept', kept === undefined ? undefined : `${kept.length} resources with the data`],
  ];
  return facts.flatMap(([label, text]) => (text === undefined || text === '' ? [] : [{ label, text }]));
}

const STATES = { True: 'works', False: 'does not work', Unknown: 'not known' } as const;

/** `zenml 0.96.4 works, mlflow 3.17.0 works`. */
function toolsText({ versions, conditions }: StackDetail): string {
  const byType = new Map(conditions.map((condition) => [condition.type, condition]));
  return Object.entries(versions)
    .map(([name, version]) => {
      const condition = byType.get(componentCondition(name));
      return [name, version, ...(condition ? [STATES[condition.status]] : [])].join(' ');
    })
    .join(', ');
}

const verificationText = ({ status, reason, message }: Condition): string =>
  status === 'True' ? `verified ${message}` : [reason, message].filter(Boolean).join(': ');

/** All stacks, one line each. */
export function listCard({ stacks, continuationToken }: StackList): Card {
  if (stacks.length === 0)
    return { title: 'Stacks', text: ['There is no stack yet. `provision demo uksouth` creates one.'] };
  return {
    title: 'Stacks',
    facts: stacks.map((stack) => ({ label: stack.name, text: lineOf(stack) })),
    ...(continuationToken !== undefined && { note: 'There are more.' }),
  };
}

const lineOf = ({ phase, preset, location, owner, costPerDay, problem }: StackView): string =>
  [
    phase,
    preset,
    location,
    owner.name,
    ...(costPerDay === undefined ? [] : [`${money(costPerDay)} a day`]),
    ...(problem === undefined ? [] : [problem.message]),
  ].join(', ');

import type { StackDetail } from '../../lib/api/stack.ts';
import {
  componentCondition,
  IMAGE_BUILT,
  isVerification,
  READY,
  TEAM_ACCESS,
  verifiedPart,
  type Condition,
} from '../../lib/domain/status.ts';
import { keptText } from './destruction.ts';
import { brief, rough, secondsBetween } from './duration.ts';
import { money } from './money.ts';
import { failureLines, problemLines } from './problem.ts';
import { elapsed, progressLines } from './progress.ts';
import { nodesText, openText, upgradeText, whereText, type Details } from './stack-facts.ts';
import { phaseTone } from './stacks.ts';
import { beside, labeled, wrap, type Look } from './text.ts';

type Fact = [label: string, text: string];
type Shown = Omit<StackDetail, 'spec'> & Partial<Pick<StackDetail, 'spec'>>;

const TEXT_COLUMN = 14;

/** Everything known about one stack. */
export function stackLines(stack: Shown, at: number, look: Look, details: Details = {}): string[] {
  const { name, phase, operation, activeOperation } = stack;
  const isRunning = operation !== undefined && activeOperation !== undefined;
  const label = (facts: Fact[]) =>
    facts.flatMap(([title, text]) => labeled(`  ${title}`, text, TEXT_COLUMN, look));
  return [
    `${look.paint('bold', name)}  ${look.paint(phaseTone(phase), phase)}`,
    ...label([['Preset', `${stack.preset}: ${stack.components.join(', ')}`]]),
    ...beside('  Tools', toolLines(stack, look), TEXT_COLUMN, look),
    ...conditionLines(stack, look),
    ...label(factsOf(stack, at, details)),
    ...(isRunning ? ['', ...progressLines({ operation, at }, look, { about: [operation.kind] })] : []),
    ...problemOf(stack, look),
  ];
}

function factsOf(stack: Shown, at: number, details: Details): Fact[] {
  const {
    name,
    phase,
    location,
    access,
    spec,
    versions,
    owner,
    members,
    createdAt,
    kept = [],
    operation,
    activeOperation,
  } = stack;
  const keptData = keptText(kept);
  const optional: [label: string, text: string | undefined][] = [
    [
      'Nodes',
      phase === 'Destroyed' || spec === undefined ? undefined : nodesText(spec.cluster, details.cluster),
    ],
    ['Kubernetes', details.cluster?.kubernetesVersion],
    ['Where', spec === undefined ? `${location}, ${access}` : whereText(location, spec.access)],
    ['Open', openText(name, details)],
    ['Upgrade', upgradeText(name, versions, details)],
    [
      'Owner',
      [`${owner.name}, since ${rough(secondsBetween(createdAt, at))}`, ...membersText(members)].join('; '),
    ],
    ['Kept', keptData],
    ['Cost', costText(stack)],
    ['Next', phase === 'Hibernated' ? `\`matcha wake ${name}\` starts it` : undefined],
    ['Next', keptData && `\`matcha provision ${name}\` uses the data again, \`matcha destroy ${name}\` deletes it`], // prettier-ignore
    [
      'Last',
      operation === undefined || activeOperation !== undefined
        ? undefined
        : `${operation.kind} ${operation.state} in ${brief(elapsed(operation, at))}, operation ${operation.id}`,
    ],
  ];
  return optional.flatMap(([label, text]): Fact[] => (text === undefined ? [] : [[label, text]]));
}

const membersText = (members: Shown['members']): string[] =>
  members.length === 0 ? [] : [`members ${members.map(({ name }) => name).join(', ')}`];

/** Only the preflight creates nothing; a resource group and empty storage cost next to nothing. */
function costText({ costPerDay, operation }: Shown): string | undefined {
  if (costPerDay === undefined || costPerDay > 0)
    return costPerDay === undefined ? undefined : `about ${money(costPerDay)} a day`;
  const isMade = operation?.steps.some(({ id, state }) => state === 'done' && id !== 'preflight') ?? false;
  return isMade ? '$0 (no cluster)' : '$0 (nothing made)';
}

const MARKS = {
  True: { mark: '✔', tone: 'green' },
  False: { mark: '✖', tone: 'red' },
  Unknown: { mark: '-', tone: 'dim' },
} as const;

/** `✔ zenml 0.96.4   canary passed`, one line for each tool. */
function toolLines({ versions, conditions }: Shown, look: Look): string[] {
  const byType = new Map(conditions.map((condition) => [condition.type, condition]));
  const names = [...new Set([...Object.keys(versions), ...toolsIn(conditions)])];
  const tools = names.map((name) => [name, versions[name]].filter(Boolean).join(' '));
  const column = Math.max(...tools.map((tool) => tool.length)) + 3;
  return names.flatMap((name, index) => {
    const tool = tools[index] ?? name;
    const condition = byType.get(componentCondition(name));
    if (condition === undefined) return [`  ${tool}`];
    const { mark, tone } = MARKS[condition.status];
    const width = Math.max(20, look.width - TEXT_COLUMN - column - 2);
    return wrap(stateText(condition), width).map((text, line) =>
      line === 0
        ? `${look.paint(tone, mark)} ${tool.padEnd(column)}${text}`
        : `${' '.repeat(column + 2)}${text}`,
    );
  });
}

/** `mlflow` of the condition `MlflowReady`. */
const toolsIn = (conditions: readonly Condition[]): string[] =>
  conditions.flatMap(({ type }) =>
    type !== READY && type.endsWith(READY) ? [type.slice(0, -READY.length).toLowerCase()] : [],
  );

/** `canary passed` of the reason `CanaryPassed`; codes stay as they are. */
const stateText = ({ reason, message }: Condition): string => {
  const isCode = reason === reason.toUpperCase();
  const words = isCode ? reason : reason.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return [words, message].filter(Boolean).join(': ');
};

/** `Pipelines   ✔ verified at 2026-11-21T13:08Z in 1:52`: what the stack as a whole was tried for or got. */
function conditionLines(stack: Shown, look: Look): string[] {
  return stack.conditions.filter(isOfStack).flatMap((condition) => {
    const { mark, tone } = MARKS[condition.status];
    const lines = wrap(outcomeText(condition, stack), Math.max(20, look.width - TEXT_COLUMN - 2));
    const marked = lines.map((text, line) =>
      line === 0 ? `${look.paint(tone, mark)} ${text}` : `  ${text}`,
    );
    return beside(`  ${titleOf(condition)}`, marked, TEXT_COLUMN, look);
  });
}

/** Conditions of tools are beside their names, and the aggregate condition repeats the phase and the problem. */
const isOfStack = ({ type }: Condition): boolean => !type.endsWith(READY);

const TITLES: Record<string, string> = { [IMAGE_BUILT]: 'Image', [TEAM_ACCESS]: 'Team' };

const titleOf = (condition: Condition): string =>
  isVerification(condition) ? verifiedPart(condition) : (TITLES[condition.type] ?? condition.type);

function outcomeText(condition: Condition, { operation, activeOperation }: Shown): string {
  const { status, message } = condition;
  if (!isVerification(condition)) return stateText(condition);
  if (status === 'True') return `verified ${message}`;
  const isRunning = activeOperation !== undefined && operation?.kind === 'verify';
  return isRunning && status === 'Unknown' ? 'being verified now' : stateText(condition);
}

function problemOf({ name, phase, problem, operation, activeOperation }: Shown, look: Look): string[] {
  if (problem === undefined) return [];
  const isFailure = phase === 'Failed' && activeOperation === undefined && operation?.state === 'Failed';
  if (isFailure) return ['', ...failureLines(operation, look)];
  return ['', ...problemLines({ ...problem, stack: name, ...(operation && { kind: operation.kind }) }, look)];
}

import type { OperationView, StepView } from '../../api/operation.ts';
import type { StackView } from '../../api/stack.ts';
import { clock, secondsBetween } from '../../domain/duration-text.ts';
import type { OperationKind } from '../../domain/plan.ts';
import { isOver } from '../../domain/status.ts';
import type { Button, Card, CardProgress, Tone } from '../card.ts';
import { count } from '../words.ts';
import { distinct, problemParts } from './problem.ts';

const RUNNING: Record<OperationKind, string> = {
  provision: 'Provisioning',
  upgrade: 'Upgrading',
  hibernate: 'Hibernating',
  wake: 'Waking',
  verify: 'Verifying',
  destroy: 'Destroying',
};

const DONE: Record<OperationKind, string> = {
  provision: 'is ready',
  upgrade: 'is upgraded',
  hibernate: 'hibernates',
  wake: 'is awake',
  verify: 'is verified',
  destroy: 'is destroyed',
};

type Shown = Pick<StackView, 'name' | 'preset' | 'location'>;

/** An operation at a time (milliseconds since the epoch): its progress, or how it ended and what to do next. */
export const operationCard = (operation: OperationView, stack: Shown, at: number): Card => ({
  title: titleOf(stack),
  ...(isOver(operation.state) ? ended(operation) : running(operation, at)),
  note: `Operation ${operation.id}, requested by ${operation.requestedBy.actor}`,
});

export const titleOf = ({ name, preset, location }: Shown): string => [name, preset, location].join(', ');

function running(operation: OperationView, at: number): Omit<Card, 'title'> {
  const { id, kind, stack, ending } = operation;
  const details: Button = { text: 'Details', command: `status ${stack}` };
  return {
    state: { text: ending === undefined ? RUNNING[kind] : 'Ending', tone: 'neutral' },
    ...(ending && {
      text: [`${ending.by.actor} ended it. No new step begins; what Azure is doing continues there.`],
    }),
    progress: progressOf(operation, at),
    buttons:
      ending === undefined
        ? [details, { text: 'Cancel', style: 'danger', command: `cancel ${id}` }]
        : [details],
  };
}

/** Elapsed time is shown in steps of this many seconds, so that a card is not updated for every second. */
const ELAPSED_STEP = 10;

export function progressOf({ startedAt, finishedAt, usual, steps }: OperationView, at: number): CardProgress {
  const elapsed = secondsBetween(startedAt, finishedAt ?? at);
  return {
    done: steps.filter(({ state }) => state === 'done').length,
    of: steps.length,
    elapsed:
      finishedAt === undefined ? Math.floor(elapsed / ELAPSED_STEP) * ELAPSED_STEP : Math.round(elapsed),
    usual,
    steps: steps.flatMap(stepOf),
  };
}

function stepOf({ state, title, detail, problem }: StepView): CardProgress['steps'] {
  if (state !== 'running' && state !== 'failed') return [];
  const said = state === 'failed' ? problem?.message : detail;
  return [{ title, state, ...(said !== undefined && { detail: said }) }];
}

/** Problems of an operation, not of the steps that it ran. */
const ENDED_FROM_OUTSIDE = new Set<string | undefined>(['OPERATION_CANCELED', 'OPERATION_LOST']);

function ended(operation: OperationView): Omit<Card, 'title'> {
  const { state, kind, stack, startedAt, finishedAt = startedAt } = operation;
  const took = clock(secondsBetween(startedAt, finishedAt));
  if (state === 'Succeeded')
    return {
      state: { text: 'Done', tone: 'good' },
      text: [`${stack} ${DONE[kind]} in ${took}.`, ...receiptText(operation), ...NEXT[kind]],
      buttons: buttonsAfter(kind, stack),
    };
  const found = operation.steps.flatMap(({ problem }) =>
    problem === undefined || ENDED_FROM_OUTSIDE.has(problem.code) ? [] : [problem],
  );
  const problems = found.length > 0 ? found : operation.problem === undefined ? [] : [operation.problem];
  const parts = problems.map((problem) => problemParts(problem, { stack, kind, operationId: operation.id }));
  const [headline, tone] = ENDINGS[state === 'PartiallySucceeded' || state === 'Canceled' ? state : 'Failed'];
  const again: Button = { text: `${RUNNING_AGAIN[kind]} again`, command: `${kind} ${stack}` };
  return {
    state: { text: headline, tone },
    text: [
      `The ${kind} of ${stack} ended after ${took}.`,
      ...parts.flatMap(({ text }) => text),
      ...receiptText(operation),
    ],
    buttons: distinct([
      ...parts.flatMap(({ buttons }) => buttons),
      again,
      { text: 'Details', command: `status ${stack}` },
    ]),
  };
}

const ENDINGS: Record<'PartiallySucceeded' | 'Canceled' | 'Failed', readonly [string, Tone]> = {
  PartiallySucceeded: ['Degraded', 'warning'],
  Canceled: ['Canceled', 'warning'],
  Failed: ['Failed', 'bad'],
};

const RUNNING_AGAIN: Record<OperationKind, string> = {
  provision: 'Provision',
  upgrade: 'Upgrade',
  hibernate: 'Hibernate',
  wake: 'Wake',
  verify: 'Verify',
  destroy: 'Destroy',
};

/** Where to go next. Addresses and credentials are not shown in a chat. */
const IN_TERMINAL =
  'Addresses and credentials of its tools come from the command line: `matcha connect`, `matcha get`.';
const NEXT: Record<OperationKind, readonly string[]> = {
  provision: [IN_TERMINAL],
  upgrade: [],
  hibernate: ['The stopped cluster and its data stay for twelve months; nodes cost nothing.'],
  wake: [IN_TERMINAL],
  verify: [],
  destroy: [],
};

function buttonsAfter(kind: OperationKind, stack: string): Button[] {
  const status: Button = { text: 'Status', command: `status ${stack}` };
  if (kind === 'hibernate') return [status, { text: 'Wake', command: `wake ${stack}` }];
  if (kind === 'destroy') return [{ text: 'Events', command: `events ${stack}` }];
  return [status];
}

const receiptText = ({ receipt }: OperationView): string[] => {
  if (receipt === undefined) return [];
  const { found, gone, left, kept } = receipt;
  const keeps = kept.length === 0 ? '' : `, ${kept.length} kept`;
  return [
    `Receipt: ${count(found.length, 'item')} found, ${gone.length} deleted, ${left.length} left${keeps}.`,
  ];
};

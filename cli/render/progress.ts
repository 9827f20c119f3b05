import { inOrder } from '../../lib/domain/graph.ts';
import type { OperationView, StepView } from '../../lib/api/operation.ts';
import type { Ending, StepState } from '../../lib/domain/status.ts';
import { brief, clock, secondsBetween } from './duration.ts';
import { atBothEnds, count, fit, oneLine, wrap, type Look, type Tone } from './text.ts';

/** An operation at a time by the server's clock (milliseconds since the epoch). */
export interface Moment {
  operation: OperationView;
  at: number;
}

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const MARKS: Record<StepState, { mark: string; tone: Tone }> = {
  done: { mark: '✔', tone: 'green' },
  failed: { mark: '✖', tone: 'red' },
  running: { mark: '▸', tone: 'cyan' },
  waiting: { mark: '·', tone: 'dim' },
  blocked: { mark: '-', tone: 'dim' },
};
const LONGEST_TITLE = 30;
const TIME_WIDTH = 7;
/** Columns in which a text can be wrapped. */
const LEAST_ROOM = 20;

/**
 * The steps of an operation, one per line. Waiting steps that can start together share a line. `about` adds words
 * to the first line; `frame` is the frame of the spinner. When the lines exceed `rows`, the finished steps share
 * a line too.
 */
export function progressLines(
  { operation, at }: Moment,
  look: Look,
  {
    about = [],
    frame,
    rows = Number.POSITIVE_INFINITY,
  }: { about?: string[]; frame?: number; rows?: number } = {},
): string[] {
  const { steps } = operation;
  const started = steps.filter(({ state }) => state === 'done' || state === 'running' || state === 'failed');
  const longest = Math.max(0, ...started.map(({ title }) => title.length));
  const column = Math.min(LONGEST_TITLE, Math.floor(look.width / 2), longest);
  const draw = (shown: readonly StepView[]) =>
    shown.flatMap((step) => stepLines(step, at, column, look, frame));
  const notStarted = [
    ...waves(steps).flatMap((wave) => groupLines('waiting', wave, look)),
    ...groupLines('blocked', steps.filter(({ state }) => state === 'blocked'), look), // prettier-ignore
  ];
  const head = [header(operation, at, about, look), ...endingLines(operation, at, look)];
  const all = [...head, ...draw(started), ...notStarted];
  if (all.length <= rows) return all;
  const open = started.filter(({ state }) => state !== 'done');
  const summary = `  ${look.paint('green', '✔')} ${count(started.length - open.length, 'step')} done`;
  return [...head, summary, ...draw(open), ...notStarted].slice(0, rows);
}

/** Seconds since the start, until the end if there is one. */
export const elapsed = ({ startedAt, finishedAt }: OperationView | StepView, at: number): number =>
  startedAt === undefined ? 0 : secondsBetween(startedAt, finishedAt ?? at);

function header(operation: OperationView, at: number, about: string[], { width, paint }: Look): string {
  const time = `${clock(elapsed(operation, at))} / ~${clock(operation.usual)}`;
  const name = fit(operation.stack, 20);
  const left = [name, ...about.map(oneLine)].join('  ').slice(0, width - time.length - 2);
  return paint('bold', name) + atBothEnds(left, time, width).slice(name.length);
}

/** What an operation that is being ended waits for. */
const endingLines = ({ ending }: OperationView, at: number, { width, paint }: Look): string[] =>
  ending === undefined ? [] : [`  ${paint('yellow', fit(`! ${endingText(ending, at)}`, width - 2))}`];

function endingText({ by, freeAfter }: Ending, at: number): string {
  const left = secondsBetween(at, freeAfter);
  return `Ended by ${oneLine(by.actor)}: the stack is free ${left > 0 ? `in about ${brief(left)}` : 'soon'}.`;
}

/** One line, and more for a running step whose detail is long. */
function stepLines(
  step: StepView,
  at: number,
  column: number,
  look: Look,
  frame: number | undefined,
): string[] {
  const { mark, tone } = MARKS[step.state];
  const isMoving = step.state === 'running' && frame !== undefined;
  const shown = isMoving ? (SPINNER[frame % SPINNER.length] ?? mark) : mark;
  const title = fit(step.title, column).padEnd(column);
  const time = brief(elapsed(step, at)).padStart(TIME_WIDTH);
  const start = `  ${look.paint(tone, shown)} ${title}${time}   `;
  const indent = column + TIME_WIDTH + 7;
  const room = look.width - indent;
  const detail = detailOf(step);
  const [first = '', ...rest] =
    step.state === 'running' && room >= LEAST_ROOM ? wrap(detail, room) : [fit(detail, room)];
  const line = `${start}${step.state === 'done' ? look.paint('dim', first) : first}`.trimEnd();
  return [line, ...rest.map((text) => ' '.repeat(indent) + text)];
}

function detailOf({ state, detail, problem, usual }: StepView): string {
  if (state === 'failed') return problem?.message ?? detail ?? '';
  if (state === 'running') return [detail, `(usually ${brief(usual)})`].filter(Boolean).join(' ');
  return detail ?? '';
}

function groupLines(state: 'waiting' | 'blocked', steps: readonly StepView[], look: Look): string[] {
  if (steps.length === 0) return [];
  const { mark, tone } = MARKS[state];
  const note = state === 'blocked' ? 'Not started: ' : '';
  const line = fit(note + steps.map(({ title }) => title).join(' · '), look.width - 4);
  return [look.paint(tone, `  ${mark} ${line}`)];
}

/** Waiting steps, grouped by the length of the longest chain of waiting steps before them. */
function waves(steps: readonly StepView[]): StepView[][] {
  const depth = new Map<string, number>();
  for (const { id, state, after } of inOrder(steps)) {
    if (state !== 'waiting') continue;
    depth.set(id, Math.max(0, ...after.map((dependency) => (depth.get(dependency) ?? -1) + 1)));
  }
  const found: StepView[][] = [];
  for (const step of steps) {
    const wave = depth.get(step.id);
    if (wave !== undefined) (found[wave] ??= []).push(step);
  }
  return found;
}

interface News {
  time: string | undefined;
  text: string;
}

const NEWS: Record<StepState, (step: StepView) => News | undefined> = {
  waiting: () => undefined,
  running: ({ title, usual, startedAt }) => ({
    time: startedAt,
    text: `${title}: started (usually ${brief(usual)})`,
  }),
  done: (step) => ({
    time: step.finishedAt,
    text: `${step.title}: done in ${brief(elapsed(step, Date.parse(step.finishedAt ?? '')))}`,
  }),
  failed: ({ title, problem, finishedAt }) => ({
    time: finishedAt,
    text: `${title}: failed${problem === undefined ? '' : `: ${problem.message}`}`,
  }),
  blocked: () => undefined,
};

/** One line for each step whose state changed, in the order of time, for logs. Steps that cannot start share one. */
export function changeLines(before: OperationView | undefined, { operation, at }: Moment): string[] {
  const known = new Map(before?.steps.map(({ id, state }) => [id, state]));
  const changed = operation.steps
    .flatMap((step) => (known.get(step.id) === step.state ? [] : (NEWS[step.state](step) ?? [])))
    .map(({ time = at, text }) => ({ since: secondsBetween(operation.startedAt, time), text }))
    .sort((a, b) => a.since - b.since)
    .map(({ since, text }) => `${clock(since).padStart(7)}  ${oneLine(text)}`);
  if (operation.ending && before?.ending === undefined) changed.push(endingText(operation.ending, at));
  const blocked = operation.steps.filter(({ id, state }) => state === 'blocked' && known.get(id) !== state);
  if (blocked.length === 0) return changed;
  return [...changed, oneLine(`Not started: ${blocked.map(({ title }) => title).join(', ')}`)];
}

/** What runs, with details that are not cut, for a log in which nothing happens for long. */
export function runningLine({ operation, at }: Moment): string {
  const running = operation.steps.filter(({ state }) => state === 'running');
  const texts = running.map(({ title, detail }) => [title, detail ?? 'running'].join(': '));
  return `${clock(elapsed(operation, at)).padStart(7)}  ${oneLine(texts.join(', '))}`;
}

/** Whether running steps have other details than before. Numbers alone do not count: some grow with each request. */
export const isDetailChanged = (before: OperationView | undefined, operation: OperationView): boolean =>
  before !== undefined && detailsOf(before) !== detailsOf(operation);

const detailsOf = ({ steps }: OperationView): string =>
  steps
    .map(({ state, detail = '' }) => (state === 'running' ? detail.replaceAll(/\d+/g, '') : ''))
    .join('\n');

/** The progress in a few words: `5 of 11, 4:12 / ~9:00, AKS cluster`. */
export function progressSummary({ operation, at }: Moment): string {
  const done = operation.steps.filter(({ state }) => state === 'done').length;
  const running = operation.steps.filter(({ state }) => state === 'running').map(({ title }) => title);
  const time = `${clock(elapsed(operation, at))} / ~${clock(operation.usual)}`;
  return [`${done} of ${operation.steps.length}`, time, ...running].join(', ');
}

import type { OperationView } from '../../lib/api/operation.ts';
import type { Complaint } from '../complaint.ts';
import { remedyLines } from './remedy.ts';
import { atBothEnds, beside, labeled, sentence, wrap, type Look } from './text.ts';

const INDENT = '      ';
const TEXT_COLUMN = 14;

/** What happened, why and what to do. `more` adds labeled lines below. */
export function problemLines(
  complaint: Complaint,
  look: Look,
  more: readonly (readonly [label: string, text: string])[] = [],
): string[] {
  const { message, code, findings = [], stack, kind } = complaint;
  const context = { ...(stack !== undefined && { stack }), ...(kind !== undefined && { kind }) };
  return [
    ...headline(message, code, look),
    ...findings.flatMap((finding, index) => findingLines({ ...finding, ...context }, index + 1, look)),
    ...detailLines(complaint, look),
    ...more.flatMap(([label, text]) => labeled(INDENT + label, text, TEXT_COLUMN, look)),
  ];
}

/** Why, and what to do. */
function detailLines({ cause = '', remedies = [], ...context }: Complaint, look: Look): string[] {
  const room = { ...look, width: Math.max(20, look.width - TEXT_COLUMN) };
  return [
    ...(cause === '' ? [] : labeled(`${INDENT}What`, cause, TEXT_COLUMN, look)),
    ...beside(`${INDENT}Do`, remedyLines(remedies, context, room), TEXT_COLUMN, look),
  ];
}

/** One of several things to fix, numbered: what it is and its code, why, and what to do. */
function findingLines(finding: Complaint, number: number, look: Look): string[] {
  const { message, code } = finding;
  const details = detailLines(finding, look);
  const room = look.width - TEXT_COLUMN - (code ?? '').length - 2;
  const [first = '', ...rest] = labeled(`${INDENT}${number}`, message, TEXT_COLUMN, {
    ...look,
    width: TEXT_COLUMN + room,
  });
  return [
    code === undefined ? first : atBothEnds(first, look.paint('dim', code), look.width),
    ...rest,
    ...(details.length === 0 ? [] : [...details, '']),
  ];
}

function headline(message: string, code: string | undefined, { width, paint }: Look): string[] {
  const [first = '', ...rest] = wrap(message, width - 2);
  const mark = paint('red', '✖');
  const room = width - 2 - first.length - 2;
  const isOneLine = rest.length === 0 && code !== undefined && code.length <= room;
  if (isOneLine) {
    const line = atBothEnds(first, code, width - 2);
    return [`${mark} ${paint('bold', line.slice(0, -code.length))}${paint('dim', code)}`];
  }
  const lines = [first, ...rest].map((line, index) => `${index === 0 ? mark : ' '} ${paint('bold', line)}`);
  return code === undefined ? lines : [...lines, INDENT + paint('dim', code)];
}

/** Problems of an operation, not of the steps that it ran. */
const ENDED_FROM_OUTSIDE = new Set<string | undefined>(['OPERATION_CANCELED', 'OPERATION_LOST']);

/** How an operation failed: each failed step, what the others created, and where to read more. */
export function failureLines(operation: OperationView, look: Look): string[] {
  const { stack, kind } = operation;
  const complaints = operation.steps
    .filter(({ state, problem }) => state === 'failed' && !ENDED_FROM_OUTSIDE.has(problem?.code))
    .map(({ title, problem }): Complaint => {
      if (problem === undefined) return { message: `${title} failed.` };
      const isNamed = problem.message.toLowerCase().startsWith(title.toLowerCase());
      const named = isNamed ? problem.message : `${title}: ${problem.message}`;
      return { ...problem, message: named };
    });
  if (complaints.length === 0) {
    complaints.push(operation.problem ?? { message: `The ${kind} of ${stack} failed.` });
  }
  return complaints.flatMap((complaint, index) =>
    problemLines(
      { ...complaint, stack, kind },
      look,
      index === complaints.length - 1 ? aftermath(operation, complaints) : [],
    ),
  );
}

/** What a stack that is ready lacks: the steps that failed without making the operation fail. */
export const missingLines = ({ stack, kind, steps }: OperationView, look: Look): string[] =>
  steps.flatMap(({ state, problem }) =>
    state === 'failed' && problem !== undefined ? problemLines({ ...problem, stack, kind }, look) : [],
  );

function aftermath(
  { id, kind, stack, steps }: OperationView,
  complaints: readonly Complaint[],
): [string, string][] {
  // The preflight creates nothing.
  const done = steps
    .filter(({ id, state }) => state === 'done' && id !== 'preflight')
    .map(({ title }) => title);
  const saysHow = complaints.some(({ remedies = [] }) =>
    remedies.some(({ action }) => action === 'repeatOperation'),
  );
  const next = saysHow ? '' : ` \`matcha provision ${stack}\` continues from here.`;
  const kept: [string, string][] =
    kind !== 'provision' || done.length === 0 ? [] : [['Kept', `${sentence(done)}.${next}`]];
  return [...kept, ['Log', `operation ${id} in \`matcha events ${stack}\``]];
}

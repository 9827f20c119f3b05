import type { OperationView } from '../../lib/api/operation.ts';
import type { Complaint } from '../exit.ts';
import { atBothEnds, labelled, sentence, wrap, type Look } from './text.ts';

const INDENT = '      ';
const TEXT_COLUMN = 14;

/** What happened, why and what to do; `more` adds further labelled lines below. */
export function problemLines(
  { message, code, cause, hint, findings = [] }: Complaint,
  look: Look,
  more: readonly (readonly [label: string, text: string])[] = [],
): string[] {
  const details: (readonly [string, string | undefined])[] = [['What', cause], ['Do', hint], ...more];
  return [
    ...headline(message, code, look),
    ...findings.flatMap((finding, index) => findingLines(finding, index + 1, look)),
    ...details.flatMap(([label, text]) =>
      text === undefined || text === '' ? [] : labelled(INDENT + label, text, TEXT_COLUMN, look),
    ),
  ];
}

/** One of several things to mend, numbered: what it is and its code, why, and what to do. */
function findingLines({ message, code, cause, hint }: Complaint, number: number, look: Look): string[] {
  const room = look.width - TEXT_COLUMN - (code ?? '').length - 2;
  const [first = '', ...rest] = labelled(`${INDENT}${number}`, message, TEXT_COLUMN, {
    ...look,
    width: TEXT_COLUMN + room,
  });
  const details: (readonly [string, string | undefined])[] = [['What', cause], ['Do', hint]]; // prettier-ignore
  return [
    code === undefined ? first : atBothEnds(first, look.paint('dim', code), look.width),
    ...rest,
    ...details.flatMap(([label, text]) =>
      text === undefined || text === '' ? [] : labelled(INDENT + label, text, TEXT_COLUMN, look),
    ),
    '',
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

/** How an operation failed: every step that did, what is kept of the others, and where to read more. */
export function failureLines(operation: OperationView, look: Look): string[] {
  const complaints = operation.steps
    .filter(({ state }) => state === 'failed')
    .map(({ title, problem }): Complaint => {
      if (problem === undefined) return { message: `${title} failed.` };
      const named = problem.message.startsWith(title) ? problem.message : `${title}: ${problem.message}`;
      return { ...problem, message: named };
    });
  if (complaints.length === 0) {
    complaints.push(operation.problem ?? { message: `The ${operation.kind} of ${operation.stack} failed.` });
  }
  return complaints.flatMap((complaint, index) =>
    problemLines(complaint, look, index === complaints.length - 1 ? aftermath(operation) : []),
  );
}

function aftermath({ id, kind, stack, steps }: OperationView): [string, string][] {
  const done = steps.filter(({ state }) => state === 'done').map(({ title }) => title);
  const kept: [string, string][] =
    kind !== 'provision' || done.length === 0
      ? []
      : [['Kept', `${sentence(done)}. \`matcha provision ${stack}\` continues from here.`]];
  return [...kept, ['Log', `operation ${id} in \`matcha events ${stack}\``]];
}

import type { OperationView, StepView } from '../../lib/api/operation.ts';
import { isVerification, VERIFICATION_DUE, type Receipt } from '../../lib/domain/status.ts';
import type { OutputValues, StackView } from '../../lib/api/stack.ts';
import { brief, clock, secondsBetween } from './duration.ts';
import { keptText } from './destruction.ts';
import { addressesOf, openText } from './outputs.ts';
import { failureLines } from './problem.ts';
import { resourceText } from './resource.ts';
import { count, labeled, type Look } from './text.ts';

const INDENT = '      ';
const TEXT_COLUMN = 15;

/** A successful provision: addresses of the tools, and next commands. */
export function readyLines(operation: OperationView, outputs: OutputValues, look: Look): string[] {
  const { stack } = operation;
  const urls = addressesOf(outputs);
  const column = Math.max(4, ...urls.map(({ resource }) => resource.length)) + 4;
  const open = openText(outputs, stack);
  return [
    `${look.paint('green', '✔')} ${look.paint('bold', `${stack} is ready`)} in ${took(operation)}`,
    ...urls.map(({ resource, url }) => INDENT + resource.padEnd(column) + url),
    ...(open === undefined ? [] : labeled(INDENT, open, INDENT.length + column, look)),
    ...nextLines(
      [
        ...(open === undefined ? [] : [`matcha connect ${stack}`]),
        'matcha get',
        `matcha status ${stack} --timeline`,
      ],
      INDENT.length + column,
      look,
    ),
  ];
}

/** Says that the stack is verified next, if it is. */
export const dueLines = ({ name, conditions }: Pick<StackView, 'name' | 'conditions'>): string[] =>
  conditions.some((one) => isVerification(one) && one.reason === VERIFICATION_DUE)
    ? [`${INDENT}A pipeline and a model are tried now; see \`matcha status ${name}\`.`]
    : [];

/** A verification that found nothing wrong: how long each part took. */
export function verifiedLines(operation: OperationView, look: Look): string[] {
  const column = Math.max(...operation.steps.map(({ title }) => title.length)) + 3;
  return [
    `${look.paint('green', '✔')} ${look.paint('bold', `${operation.stack} is verified`)} in ${took(operation)}`,
    ...operation.steps.map((step) => INDENT + step.title.padEnd(column) + tookStep(step)),
  ];
}

const tookStep = ({ startedAt, finishedAt }: StepView): string =>
  startedAt === undefined || finishedAt === undefined ? '' : brief(secondsBetween(startedAt, finishedAt));

/** A provision that ended with failed components. */
export const degradedLines = (operation: OperationView, look: Look): string[] => [
  `${look.paint('yellow', '!')} ${look.paint('bold', `${operation.stack} is degraded`)} after ${took(operation)}: ${operation.kind === 'verify' ? 'it was not verified' : 'not all components work'}.`,
  ...failureLines(operation, look),
];

/** A stack whose cluster is stopped. AKS keeps a stopped cluster for twelve months. */
export const hibernatedLines = (operation: OperationView, look: Look): string[] => [
  `${look.paint('green', '✔')} ${look.paint('bold', `${operation.stack} hibernates`)} after ${took(operation)}`,
  `${INDENT}The stopped cluster and its data stay for twelve months; nodes cost nothing.`,
  ...nextLines([`matcha wake ${operation.stack}`], INDENT.length + 8, look),
];

/** A destroyed stack: the counts of its receipt, and what was kept. */
export function destroyedLines(operation: OperationView, look: Look): string[] {
  const { stack, receipt } = operation;
  const { paint } = look;
  const headline = `${paint('green', '✔')} ${paint('bold', `${stack} is destroyed`)} in ${took(operation)}.`;
  if (receipt === undefined) return [headline];
  return [
    `${headline} Receipt ${toTheMinute(receipt.at)}: ${receiptCounts(receipt)}`,
    ...keptLines(stack, receipt, look),
    `${INDENT}${count(receipt.found.length, 'item')} in \`matcha events ${stack} --receipt\``,
  ];
}

function keptLines(stack: string, { kept }: Receipt, look: Look): string[] {
  const what = keptText(kept);
  if (what === undefined) return [];
  const next = `\`matcha provision ${stack}\` uses it again, \`matcha destroy ${stack}\` deletes it.`;
  return labeled(`${INDENT}Kept`, `${what}. ${next}`, TEXT_COLUMN, look);
}

/** The receipt of a failed destroy operation; nothing for any other operation. */
export function leftLines({ stack, receipt }: OperationView, look: Look): string[] {
  if (receipt === undefined) return [];
  const text = `${receiptCounts(receipt)}; \`matcha events ${stack} --receipt\` lists them`;
  return labeled(`${INDENT}Receipt`, text, TEXT_COLUMN, look);
}

/** Every item of a receipt and its result. */
export function receiptLines(receipt: Receipt, { paint }: Look): string[] {
  const left = new Set(receipt.left);
  const kept = new Set(receipt.kept);
  const line = (item: string) => {
    if (left.has(item)) return `  ${paint('red', '✖')} ${resourceText(item)}  left`;
    if (kept.has(item)) return `  ${paint('yellow', '•')} ${resourceText(item)}  kept`;
    return `  ${paint('green', '✔')} ${resourceText(item)}`;
  };
  return [
    paint('bold', `Receipt ${toTheMinute(receipt.at)}: ${receiptCounts(receipt)}`),
    ...receipt.found.map(line),
    ...receipt.restorable.map((item) =>
      paint('dim', `    can be restored for 14 days, at no cost: ${resourceText(item)}`),
    ),
  ];
}

const receiptCounts = ({ found, gone, left, kept }: Receipt): string =>
  `${found.length} found, ${gone.length} deleted, ${left.length} left` +
  (kept.length === 0 ? '' : `, ${kept.length} kept`);

/** The next commands: on one line when they fit. They start at `column`. */
export function nextLines(commands: readonly string[], column: number, { width, paint }: Look): string[] {
  const label = paint('dim', `${INDENT}Next`.padEnd(column));
  const joined = commands.join('     ');
  if (column + joined.length <= width) return [label + joined];
  return commands.map((command, index) => (index === 0 ? label : ' '.repeat(column)) + command);
}

const took = ({ startedAt, finishedAt }: OperationView): string =>
  clock(secondsBetween(startedAt, finishedAt ?? startedAt));

/** `2026-11-21T14:03Z` */
const toTheMinute = (time: string): string => `${new Date(time).toISOString().slice(0, 16)}Z`;

import type { OperationView, Receipt } from '../../lib/domain/status.ts';
import type { OutputValues } from '../api.ts';
import { clock, secondsBetween } from './duration.ts';
import { clusterUrlsOf } from './outputs.ts';
import { failureLines } from './problem.ts';
import { count, oneLine, type Look } from './text.ts';

const INDENT = '      ';

/** A provision that came to a good end: where the tools are inside the cluster, and what to do next. */
export function readyLines(operation: OperationView, outputs: OutputValues, look: Look): string[] {
  const { stack } = operation;
  const urls = clusterUrlsOf(outputs);
  const column = Math.max(4, ...urls.map(({ resource }) => resource.length)) + 4;
  return [
    `${look.paint('green', '✔')} ${look.paint('bold', `${stack} is ready`)} in ${took(operation)}`,
    ...urls.map(({ resource, url }) => INDENT + resource.padEnd(column) + url),
    ...nextLines(
      ['matcha get', `matcha status ${stack} --timeline`, `matcha destroy ${stack}`],
      INDENT.length + column,
      look,
    ),
  ];
}

/** A provision that ended, though some of the components are not right. */
export const degradedLines = (operation: OperationView, look: Look): string[] => [
  `${look.paint('yellow', '!')} ${look.paint('bold', `${operation.stack} is degraded`)}: it is up after ${took(operation)}, but not all of it works.`,
  ...failureLines(operation, look),
];

/** A stack that is gone, and the count of what was deleted. */
export function goneLines(operation: OperationView, { paint }: Look): string[] {
  const { stack, receipt } = operation;
  const gone = `${paint('green', '✔')} ${paint('bold', `${stack} is gone`)} in ${took(operation)}.`;
  if (receipt === undefined) return [gone];
  return [
    `${gone} Receipt ${toTheMinute(receipt.at)}: ${receiptCounts(receipt)}`,
    `${INDENT}${count(receipt.found.length, 'item')} in \`matcha events ${stack} --receipt\``,
  ];
}

/** Every item of a receipt and what became of it. */
export function receiptLines(receipt: Receipt, { paint }: Look): string[] {
  const left = new Set(receipt.left);
  return [
    paint('bold', `Receipt ${toTheMinute(receipt.at)}: ${receiptCounts(receipt)}`),
    ...receipt.found.map((item) =>
      left.has(item)
        ? `  ${paint('red', '✖')} ${oneLine(item)}  left`
        : `  ${paint('green', '✔')} ${oneLine(item)}`,
    ),
  ];
}

const receiptCounts = ({ found, gone, left }: Receipt): string =>
  `${found.length} found, ${gone.length} deleted, ${left.length} left`;

/** Commands to go on with: on one line when it has room for them. `column` is where they begin. */
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

import type { OperationView } from '../../lib/api/operation.ts';
import type { Receipt } from '../../lib/domain/status.ts';
import type { OutputValues } from '../../lib/api/stack.ts';
import { clock, secondsBetween } from './duration.ts';
import { keptText } from './destruction.ts';
import { clusterUrlsOf } from './outputs.ts';
import { failureLines } from './problem.ts';
import { count, labelled, oneLine, type Look } from './text.ts';

const INDENT = '      ';
const TEXT_COLUMN = 15;

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

/** A stack whose cluster is stopped. AKS keeps a stopped one for twelve months. */
export const asleepLines = (operation: OperationView, look: Look): string[] => [
  `${look.paint('green', '✔')} ${look.paint('bold', `${operation.stack} hibernates`)} after ${took(operation)}`,
  `${INDENT}Everything in it stays, for twelve months; its nodes cost nothing.`,
  ...nextLines([`matcha wake ${operation.stack}`], INDENT.length + 8, look),
];

/** A stack that is gone, the count of what was deleted, and what was kept. */
export function goneLines(operation: OperationView, look: Look): string[] {
  const { stack, receipt } = operation;
  const { paint } = look;
  const gone = `${paint('green', '✔')} ${paint('bold', `${stack} is gone`)} in ${took(operation)}.`;
  if (receipt === undefined) return [gone];
  return [
    `${gone} Receipt ${toTheMinute(receipt.at)}: ${receiptCounts(receipt)}`,
    ...keptLines(stack, receipt, look),
    `${INDENT}${count(receipt.found.length, 'item')} in \`matcha events ${stack} --receipt\``,
  ];
}

function keptLines(stack: string, { kept }: Receipt, look: Look): string[] {
  const what = keptText(kept);
  if (what === undefined) return [];
  const next = `\`matcha provision ${stack}\` takes it up again, \`matcha destroy ${stack}\` deletes it.`;
  return labelled(`${INDENT}Kept`, `${what}. ${next}`, TEXT_COLUMN, look);
}

/** What a destruction that failed has not deleted; nothing for any other operation. */
export function leftLines({ stack, receipt }: OperationView, look: Look): string[] {
  if (receipt === undefined) return [];
  const text = `${receiptCounts(receipt)}; \`matcha events ${stack} --receipt\` lists them`;
  return labelled(`${INDENT}Receipt`, text, TEXT_COLUMN, look);
}

/** Every item of a receipt and what became of it. */
export function receiptLines(receipt: Receipt, { paint }: Look): string[] {
  const left = new Set(receipt.left);
  const kept = new Set(receipt.kept);
  const line = (item: string) => {
    if (left.has(item)) return `  ${paint('red', '✖')} ${shortId(item)}  left`;
    if (kept.has(item)) return `  ${paint('yellow', '•')} ${shortId(item)}  kept`;
    return `  ${paint('green', '✔')} ${shortId(item)}`;
  };
  return [
    paint('bold', `Receipt ${toTheMinute(receipt.at)}: ${receiptCounts(receipt)}`),
    ...receipt.found.map(line),
    ...receipt.restorable.map((item) =>
      paint('dim', `    Azure can restore it for 14 days, at no cost: ${shortId(item)}`),
    ),
  ];
}

/** What is the same for all says nothing; `--json` has the whole ids. */
const shortId = (id: string): string =>
  oneLine(id.replace(/^\/subscriptions\/[^/]+\//, '').replace(/^resourceGroups\//i, ''));

const receiptCounts = ({ found, gone, left, kept }: Receipt): string =>
  `${found.length} found, ${gone.length} deleted, ${left.length} left` +
  (kept.length === 0 ? '' : `, ${kept.length} kept`);

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

import { fit, oneLine, wrap, type Look, type Tone } from './text.ts';

export interface Column<Row> {
  title: string;
  text: (row: Row) => string;
  tone?: (row: Row) => Tone | undefined;
  /** Columns of the terminal. Longer texts are cut. */
  most?: number;
  /** Left out, the last such column first, when the line would be too narrow for the last column. */
  optional?: true;
  /** Goes on below instead of being cut; for the last column. */
  wraps?: true;
}

type Sized<Row> = Column<Row> & { width: number };

const GAP = '  ';
const LAST_COLUMN_LEAST = 24;

/** Rows under titles. The last column gets what the others leave of the width. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], look: Look): string[] {
  const sized = columns.map((column) => ({ ...column, width: widthOf(column, rows) }));
  const shown = dropUntilFitting(sized, look.width);
  const titles = shown.map(({ title, width }) => title.padEnd(width)).join(GAP);
  return [look.paint('dim', titles.trimEnd()), ...rows.flatMap((row) => rowLines(shown, row, look))];
}

function rowLines<Row>(columns: Sized<Row>[], row: Row, look: Look): string[] {
  const before = columns.slice(0, -1);
  const used = widthBefore(before);
  const room = Math.max(1, look.width - used);
  const last = columns.at(-1);
  const text = last?.text(row) ?? '';
  const start = before.map((column) => cell(column, row, look) + GAP).join('');
  const [first = '', ...more] = last?.wraps ? wrap(text, room) : [fit(text, room)];
  return [(start + first).trimEnd(), ...more.map((line) => ' '.repeat(used) + line)];
}

function cell<Row>({ width, tone, text }: Sized<Row>, row: Row, { paint }: Look): string {
  const padded = fit(text(row), width).padEnd(width);
  const colour = tone?.(row);
  return colour === undefined ? padded : paint(colour, padded);
}

const widthOf = <Row>({ title, text, most = 40 }: Column<Row>, rows: readonly Row[]): number =>
  Math.min(most, Math.max(title.length, ...rows.map((row) => oneLine(text(row)).length)));

const widthBefore = (columns: readonly { width: number }[]): number =>
  columns.reduce((sum, { width }) => sum + width + GAP.length, 0);

function dropUntilFitting<Row>(columns: Sized<Row>[], width: number): Sized<Row>[] {
  const last = Math.min(LAST_COLUMN_LEAST, columns.at(-1)?.width ?? 0);
  const victim = columns.findLast(({ optional }) => optional);
  if (widthBefore(columns.slice(0, -1)) + last <= width || victim === undefined) return columns;
  const rest = columns.filter((column) => column !== victim);
  return dropUntilFitting(rest, width);
}

import { fit, oneLine, wrap, type Look, type Tone } from './text.ts';

export interface Column<Row> {
  title: string;
  text: (row: Row) => string;
  tone?: (row: Row) => Tone | undefined;
  /** Maximum width in columns of the terminal. Longer texts are cut. */
  most?: number;
  /** Left out when the table is too wide; columns with the lowest number go first. */
  optional?: number;
  /** Aligned to the right, for numbers. */
  right?: true;
  /** Wrapped instead of cut; for the last column. */
  wraps?: true;
  /** Of the last column: columns are left out rather than that it gets narrower. */
  least?: number;
}

type Sized<Row> = Column<Row> & { width: number };

const GAP = '  ';
const LAST_COLUMN_LEAST = 24;

/** Rows under titles. The last column gets the remaining width. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], look: Look): string[] {
  const sized = columns.map((column) => ({ ...column, width: widthOf(column, rows) }));
  const shown = dropUntilFitting(sized, look.width);
  const titles = shown.map((column) => padded(column, column.title)).join(GAP);
  return [look.paint('dim', titles.trimEnd()), ...rows.flatMap((row) => rowLines(shown, row, look))];
}

function rowLines<Row>(columns: Sized<Row>[], row: Row, look: Look): string[] {
  const before = columns.slice(0, -1);
  const used = widthBefore(before);
  const room = Math.max(1, look.width - used);
  const last = columns.at(-1);
  const text = last?.text(row) ?? '';
  const start = before.map((column) => cell(column, row, look) + GAP).join('');
  const line = last?.right ? padded(last, fit(text, room)) : fit(text, room);
  const [first = '', ...more] = last?.wraps ? wrap(text, room) : [line];
  return [(start + first).trimEnd(), ...more.map((line) => ' '.repeat(used) + line)];
}

function cell<Row>(column: Sized<Row>, row: Row, { paint }: Look): string {
  const text = padded(column, fit(column.text(row), column.width));
  const color = column.tone?.(row);
  return color === undefined ? text : paint(color, text);
}

const padded = <Row>({ width, right }: Sized<Row>, text: string): string =>
  right ? text.padStart(width) : text.padEnd(width);

const widthOf = <Row>({ title, text, most = 40 }: Column<Row>, rows: readonly Row[]): number =>
  Math.min(most, Math.max(title.length, ...rows.map((row) => oneLine(text(row)).length)));

const widthBefore = (columns: readonly { width: number }[]): number =>
  columns.reduce((sum, { width }) => sum + width + GAP.length, 0);

function dropUntilFitting<Row>(columns: Sized<Row>[], width: number): Sized<Row>[] {
  const { least = LAST_COLUMN_LEAST, width: whole = 0 } = columns.at(-1) ?? {};
  const last = Math.min(least, whole);
  const [dropped] = columns
    .filter(({ optional }) => optional !== undefined)
    .sort((a, b) => (a.optional ?? 0) - (b.optional ?? 0));
  if (widthBefore(columns.slice(0, -1)) + last <= width || dropped === undefined) return columns;
  return dropUntilFitting(
    columns.filter((column) => column !== dropped),
    width,
  );
}

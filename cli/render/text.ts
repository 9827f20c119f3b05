import { styleText } from 'node:util';

export type Tone = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';
export type Paint = (tone: Tone, text: string) => string;

/** The width of lines in columns, and their colors. Renderers pad first and paint last. */
export interface Look {
  width: number;
  paint: Paint;
}

/** A look with the same tone for all texts. */
export const inTone = (tone: Tone, look: Look): Look => ({
  ...look,
  paint: (_, text) => look.paint(tone, text),
});

export const plain: Paint = (_tone, text) => text;
export const colored: Paint = (tone, text) => styleText(tone, text, { validateStream: false });

/** The text on one line without control characters, because text of a server must not control the terminal. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();

/** Cuts a text to a width in columns; an ellipsis marks the cut. */
export function fit(text: string, width: number): string {
  const line = oneLine(text);
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1)).trimEnd()}…`;
}

/**
 * Breaks a text into lines of at most this width: at spaces, but not inside `commands to copy`. Longer words are
 * cut into pieces. Longer commands are not: the terminal wraps them, and they can still be copied.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).match(/(?:`[^`]*`|\S)+/g) ?? []) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (line.length > width && !word.startsWith('`')) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return [...lines, line];
}

/** One text at the left end of a line and one at its right end. */
export const atBothEnds = (left: string, right: string, width: number): string =>
  left + ' '.repeat(Math.max(2, width - left.length - right.length)) + right;

/** A label with a text beside it that starts at `column` on each line. */
export const labeled = (label: string, text: string, column: number, look: Look): string[] =>
  beside(label, wrap(text, Math.max(20, look.width - column)), column, look);

/** A label with lines beside it that are wrapped already. */
export const beside = (label: string, lines: readonly string[], column: number, { paint }: Look): string[] =>
  lines.map((line, index) => (index === 0 ? paint('dim', label.padEnd(column)) : ' '.repeat(column)) + line);

/** `a, b and c`. */
export const sentence = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;

/** `1 step`, `2 steps`. */
export const count = (number: number, noun: string): string =>
  `${number} ${number === 1 ? noun : `${noun}s`.replace(/ys$/, 'ies')}`;

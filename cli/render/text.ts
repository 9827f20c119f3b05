import { styleText } from 'node:util';

export type Tone = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';
export type Paint = (tone: Tone, text: string) => string;

/** What lines must fit into (columns), and how they are coloured. Renderers pad first and paint last. */
export interface Look {
  width: number;
  paint: Paint;
}

export const plain: Paint = (_tone, text) => text;
export const coloured: Paint = (tone, text) => styleText(tone, text, { validateStream: false });

/** One line of it, without control characters: text from elsewhere must not steer the terminal. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();

/** Cuts a text to a width in columns; an ellipsis tells that there was more. */
export function fit(text: string, width: number): string {
  const line = oneLine(text);
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1)).trimEnd()}…`;
}

/**
 * Breaks a text into lines of at most that width: at spaces, but not inside `commands to copy`. Words that
 * are longer are cut into pieces; commands are not, for the terminal breaks them so that they still can be copied.
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

/** Two texts at both ends of one line. */
export const atBothEnds = (left: string, right: string, width: number): string =>
  left + ' '.repeat(Math.max(2, width - left.length - right.length)) + right;

/** A label and a text beside it, whose further lines begin below its first. `column` is where it begins. */
export const labelled = (label: string, text: string, column: number, look: Look): string[] =>
  beside(label, wrap(text, Math.max(20, look.width - column)), column, look);

/** A label, and beside it lines that have their width already. */
export const beside = (label: string, lines: readonly string[], column: number, { paint }: Look): string[] =>
  lines.map((line, index) => (index === 0 ? paint('dim', label.padEnd(column)) : ' '.repeat(column)) + line);

/** Joins a list as a sentence does: `a, b and c`. */
export const sentence = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;

/** `1 step`, `2 steps`. */
export const count = (number: number, noun: string): string =>
  `${number} ${number === 1 ? noun : `${noun}s`.replace(/ys$/, 'ies')}`;

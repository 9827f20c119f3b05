import type { WriteStream } from 'node:tty';
import { colored, plain, type Look } from './render/text.ts';

/** An output stream with its width and colors. */
export interface Port {
  readonly look: Look;
  readonly print: (lines: readonly string[]) => void;
}

export interface Terminal {
  /** Data, for pipes and files too. */
  out: Port;
  /** Progress, questions and errors. */
  err: Port;
  /** Whether questions can be asked. */
  canAsk: boolean;
  /** Whether lines on `err` can be redrawn in place. */
  canRedraw: boolean;
  /** Rows of the screen. */
  rows: number;
}

const WIDEST = 100;

/** The streams of this process. `color` and `input` are false for --no-color and --no-input. */
export function openTerminal({ color, input }: { color: boolean; input: boolean }): Terminal {
  const isDumb = process.env['TERM'] === 'dumb';
  const isColored = color && !isDumb && (process.env['NO_COLOR'] ?? '') === '';
  // The prompts library reads this variable.
  if (!isColored) process.env['NO_COLOR'] = '1';
  const isTerminal = process.stderr.isTTY && !isDumb;
  return {
    out: port(process.stdout, isColored),
    err: port(process.stderr, isColored),
    canAsk: input && isTerminal && process.stdin.isTTY,
    canRedraw: isTerminal,
    rows: isTerminal ? process.stderr.rows : Number.POSITIVE_INFINITY,
  };
}

function port(stream: WriteStream, isColored: boolean): Port {
  return {
    get look() {
      const columns = stream.isTTY ? stream.columns : WIDEST;
      // Some terminals wrap a line that fills the last column.
      const width = Math.max(40, Math.min(WIDEST, columns - 1));
      return { width, paint: isColored && stream.isTTY ? colored : plain };
    },
    print: (lines) => void stream.write(lines.map((line) => `${line}\n`).join('')),
  };
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_TO_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** A block of lines on stderr that each drawing replaces. The cursor is shown again when the process exits. */
export function openScreen() {
  let height = 0;
  const showCursor = () => void process.stderr.write(SHOW_CURSOR);
  process.on('exit', showCursor);
  process.stderr.write(HIDE_CURSOR);
  return {
    draw(lines: readonly string[]) {
      const upwards = height === 0 ? '' : `\u001b[${height}A`;
      const text = lines.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join('');
      process.stderr.write(`${upwards}\r${text}${CLEAR_BELOW}`);
      height = lines.length;
    },
    close() {
      process.off('exit', showCursor);
      showCursor();
    },
  };
}

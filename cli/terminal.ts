import type { WriteStream } from 'node:tty';
import { coloured, plain, type Look } from './render/text.ts';

/** One of the two output streams: how it wants to look, and the printing of lines to it. */
export interface Port {
  readonly look: Look;
  readonly print: (lines: readonly string[]) => void;
}

export interface Terminal {
  /** Data: what a pipe or a file is meant to get. */
  out: Port;
  /** Everything else: progress, questions, complaints. */
  err: Port;
  /** Whether somebody can be asked. */
  canAsk: boolean;
  /** Whether `err` can be drawn over in place. */
  canRedraw: boolean;
  /** Rows of the screen. */
  rows: number;
}

const WIDEST = 100;

/** Looks at the streams of this process. `color` and `input` are the flags --no-color and --no-input. */
export function openTerminal({ color, input }: { color: boolean; input: boolean }): Terminal {
  const isDumb = process.env['TERM'] === 'dumb';
  const isColoured = color && !isDumb && (process.env['NO_COLOR'] ?? '') === '';
  // The prompts decide about colours by themselves, from this.
  if (!isColoured) process.env['NO_COLOR'] = '1';
  const isTerminal = process.stderr.isTTY && !isDumb;
  return {
    out: port(process.stdout, isColoured),
    err: port(process.stderr, isColoured),
    canAsk: input && isTerminal && process.stdin.isTTY,
    canRedraw: isTerminal,
    rows: isTerminal ? process.stderr.rows : Number.POSITIVE_INFINITY,
  };
}

function port(stream: WriteStream, isColoured: boolean): Port {
  return {
    get look() {
      const columns = stream.isTTY ? stream.columns : WIDEST;
      // One column stays free: some terminals wrap a line that fills the last one.
      const width = Math.max(40, Math.min(WIDEST, columns - 1));
      return { width, paint: isColoured && stream.isTTY ? coloured : plain };
    },
    print: (lines) => void stream.write(lines.map((line) => `${line}\n`).join('')),
  };
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_TO_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** A block of lines on stderr that each drawing replaces. The cursor comes back however the process ends. */
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

import type { OperationView } from '../lib/api/operation.ts';
import { changeLines, isDetailChanged, progressLines, runningLine, type Moment } from './render/progress.ts';
import { wrap } from './render/text.ts';
import { openScreen, type Terminal } from './terminal.ts';

/** Shows an operation while the command follows it. */
export interface View {
  show(moment: Moment): void;
  /** The last request had no answer. */
  away(): void;
  close(): void;
}

const REDRAW_MS = 100;
const AWAY = 'The server does not answer; retrying.';

/** The command that follows the operation again. */
export const watchCommand = ({ stack }: OperationView): string => `matcha watch ${stack}`;

/** For a terminal: all steps, redrawn in place. `about` adds words to the first line. */
export function liveView({ err, rows }: Terminal, operation: OperationView, about: string[]): View {
  const screen = openScreen();
  const hint = `Ctrl-C leaves it running; \`${watchCommand(operation)}\` shows it again.`;
  let latest: Moment | undefined;
  let isAway = false;
  let isOpen = true;
  let frame = 0;
  const draw = (footer: string[], spinning: { frame?: number }) => {
    if (latest === undefined) return;
    const room = rows - footer.length - 1;
    screen.draw([...progressLines(latest, err.look, { about, rows: room, ...spinning }), ...footer]);
  };
  const drawMoving = () => {
    const { width, paint } = err.look;
    const tone = isAway ? 'yellow' : 'dim';
    draw(['', ...wrap(isAway ? AWAY : hint, width).map((line) => paint(tone, line))], { frame });
  };
  const timer = setInterval(() => {
    frame += 1;
    drawMoving();
  }, REDRAW_MS);
  return {
    show(moment) {
      latest = moment;
      isAway = false;
      drawMoving();
    },
    away() {
      isAway = true;
      drawMoving();
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      clearInterval(timer);
      draw([''], {});
      screen.close();
    },
  };
}

/** A log says at least this often what runs, in milliseconds. */
const HEARTBEAT_MS = 60_000;

/** For a log or a pipe: one line for each change, and one a minute while nothing changes. */
export function logView(
  { err }: Pick<Terminal, 'err'>,
  { id, kind, stack }: OperationView,
  now: () => number = Date.now,
): View {
  let before: OperationView | undefined;
  let isAway = false;
  let printedAt = now();
  err.print([`${kind} ${stack}, operation ${id}`]);
  return {
    show(moment) {
      const { operation } = moment;
      const changes = changeLines(before, moment);
      const isQuiet = changes.length === 0 && operation.state === 'Running';
      const isDue = isDetailChanged(before, operation) || now() - printedAt >= HEARTBEAT_MS;
      const lines = isQuiet && isDue ? [runningLine(moment)] : changes;
      if (lines.length > 0) printedAt = now();
      err.print(lines);
      before = operation;
      isAway = false;
    },
    away() {
      if (!isAway) err.print([AWAY]);
      isAway = true;
    },
    close: () => undefined,
  };
}

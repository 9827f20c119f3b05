import type { OperationView } from '../lib/api/operation.ts';
import { changeLines, progressLines, type Moment } from './render/progress.ts';
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

/** For a log or a pipe: one line for each change. */
export function logView({ err }: Terminal, { id, kind, stack }: OperationView): View {
  let before: OperationView | undefined;
  let isAway = false;
  err.print([`${kind} ${stack}, operation ${id}`]);
  return {
    show(moment) {
      err.print(changeLines(before, moment));
      before = moment.operation;
      isAway = false;
    },
    away() {
      if (!isAway) err.print([AWAY]);
      isAway = true;
    },
    close: () => undefined,
  };
}

import type { OperationView } from '../lib/api/operation.ts';
import { changeLines, progressLines, type Moment } from './render/progress.ts';
import { wrap } from './render/text.ts';
import { openScreen, type Terminal } from './terminal.ts';

/** Where an operation is shown while somebody waits for it. */
export interface View {
  show(moment: Moment): void;
  /** The server gave no answer this time. */
  away(): void;
  close(): void;
}

const REDRAW_MS = 100;
const AWAY = 'The server does not answer; trying again.';

/** `matcha watch demo`: how to see an operation again. */
export const comeBack = ({ stack }: OperationView): string => `matcha watch ${stack}`;

/** The screen of a terminal: all steps, drawn over in place. `about` says more of the stack. */
export function liveView({ err, rows }: Terminal, operation: OperationView, about: string[]): View {
  const screen = openScreen();
  const goOn = `Ctrl-C leaves it running; \`${comeBack(operation)}\` comes back to it.`;
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
    draw(['', ...wrap(isAway ? AWAY : goOn, width).map((line) => paint(tone, line))], { frame });
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

/** A log or a pipe: one line for each change. */
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

import { criticalPath } from '../../lib/domain/graph.ts';
import type { StepView } from '../../lib/api/operation.ts';
import { secondsBetween } from './duration.ts';
import { elapsed, type Moment } from './progress.ts';
import { fit, labeled, type Look, type Tone } from './text.ts';

const LONGEST_TITLE = 24;
const TONES: Partial<Record<StepView['state'], Tone>> = { running: 'cyan', failed: 'red' };

/** The steps of an operation as bars over a time axis, and its critical path. */
export function timelineLines({ operation, at }: Moment, look: Look): string[] {
  const ran = operation.steps.flatMap((step) =>
    step.startedAt === undefined
      ? []
      : [{ step, start: secondsBetween(operation.startedAt, step.startedAt), length: elapsed(step, at) }],
  );
  if (ran.length === 0) return ['No step has started.'];
  const { path } = criticalPath(operation.steps, (step) => elapsed(step, at));
  const critical = new Set(path.map(({ id }) => id));
  const total = Math.max(1, ...ran.map(({ start, length }) => start + length));
  const column = Math.min(LONGEST_TITLE, Math.max(...ran.map(({ step }) => step.title.length)));
  const cells = look.width - column - 4;
  const cell = (seconds: number) => Math.round((seconds / total) * cells);
  const bars = ran.map(({ step, start, length }) => {
    const from = Math.min(cell(start), cells - 1);
    const bar = '█'.repeat(Math.max(1, cell(start + length) - from));
    const tone = TONES[step.state] ?? (critical.has(step.id) ? 'yellow' : 'green');
    return `${fit(step.title, column).padEnd(column)}  ▏${' '.repeat(from)}${look.paint(tone, bar)}`;
  });
  const waits = path.filter(({ startedAt }) => startedAt !== undefined).map(({ title }) => title);
  return [
    ...bars,
    ' '.repeat(column + 3) + axis(total, cells),
    ...labeled('Critical path', waits.join(', '), column + 3 > 14 ? column + 3 : 15, look),
  ];
}

const INTERVALS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const TICK_DISTANCE = 8;

/** The time axis: in seconds up to two minutes, otherwise in minutes. */
function axis(total: number, cells: number): string {
  const perCell = total / cells;
  const isShort = total < 120;
  const unit = isShort ? { name: 's', seconds: 1 } : { name: 'min', seconds: 60 };
  const fits = (interval: number) => interval >= unit.seconds && interval / perCell >= TICK_DISTANCE;
  const interval = INTERVALS.find((candidate) => fits(candidate)) ?? Math.ceil(total / 3600) * 3600;
  let line = '';
  for (let seconds = 0; seconds <= total; seconds += interval) {
    const tick = String(seconds / unit.seconds);
    const from = Math.round(seconds / perCell);
    if (from + tick.length + unit.name.length + 1 > cells) break;
    line = line.padEnd(from) + tick;
  }
  return `${line} ${unit.name}`;
}

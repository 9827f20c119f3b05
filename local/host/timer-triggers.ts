import { Cron } from 'croner';
import type { ClockTimer, Clock } from '../clock.ts';
import { toError } from './errors.ts';
import type { Invoke } from './invocation.ts';
import { registeredFunctions } from './registry.ts';
import type { Log, RegisteredFunction } from './registry.ts';

/**
 * Runs the timer triggers by the clock. The next occurrence is computed at the end of a run, so runs of a function
 * never overlap, and missed occurrences are skipped, as on Azure. Returns a callback that stops all schedules.
 * Throws if a schedule is not valid NCRONTAB.
 */
export function startTimerTriggers(clock: Clock, invoke: Invoke, log: Log): () => void {
  const pending = new Map<string, ClockTimer>();
  let stopped = false;

  const start = (fn: RegisteredFunction, schedule: Cron) => {
    const isoNext = (from: number) => schedule.nextRun(new Date(from))?.toISOString() ?? null;
    let last: string | null = null;

    const run = async () => {
      const now = new Date(clock.now()).toISOString();
      const status = { Last: last, Next: isoNext(clock.now()), LastUpdated: now };
      const timer = { Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: false };
      last = now;
      try {
        await invoke(fn, { json: JSON.stringify(timer) });
      } catch (error) {
        log('error', `Function.${fn.name}`, toError(error).stack ?? '');
      }
      scheduleNext();
    };
    const scheduleNext = () => {
      const next = isoNext(clock.now());
      if (stopped || next === null) return;
      // One more millisecond, so that the next computation does not return the same occurrence.
      const delay = Math.max(0, Date.parse(next) - clock.now()) + 1;
      const timer = clock.after(delay, () => void run());
      pending.set(fn.name, timer);
    };

    if (fn.trigger['runOnStartup'] === true) void run();
    else scheduleNext();
  };

  const timers = registeredFunctions().filter(({ trigger }) => trigger.type === 'timerTrigger');
  const schedules = new Map(timers.map((fn) => [fn, parseSchedule(fn)]));
  for (const [fn, schedule] of schedules) start(fn, schedule);
  return () => {
    stopped = true;
    for (const timer of pending.values()) timer.cancel();
  };
}

/** Parses NCRONTAB: six fields in UTC, where a day must match both the day of month and the day of week. */
function parseSchedule(fn: RegisteredFunction): Cron {
  try {
    return new Cron(String(fn.trigger['schedule']), {
      mode: '6-part',
      timezone: 'Etc/UTC',
      domAndDow: true,
      paused: true,
    });
  } catch (error) {
    throw new Error(
      `The schedule of the function '${fn.name}' is not valid NCRONTAB: ${toError(error).message}`,
      {
        cause: error,
      },
    );
  }
}

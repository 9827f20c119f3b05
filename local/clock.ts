/**
 * The one clock of the embedded Azure: the host's timers, the simulated Azure and the simulated clusters
 * all read it, so a speed of 60 makes a simulated minute pass in one real second.
 */
export interface Clock {
  /** How many simulated seconds pass in one real second. */
  readonly speed: number;
  /** Simulated time, in milliseconds since the epoch. It never goes backwards. */
  now(): number;
  /** Calls `callback` once `ms` simulated milliseconds have passed, however far away that is. */
  after(ms: number, callback: () => void): Alarm;
}

export interface Alarm {
  cancel(): void;
}

/** Where a clock was at a moment of real time; kept across restarts so that time goes on. */
export interface ClockAnchor {
  simulated: number;
  real: number;
}

/** setTimeout fires at once beyond this many milliseconds. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** A clock that runs `speed` times as fast as real time. Without an anchor it starts at the real time. */
export function createClock(
  speed = 1,
  anchor: ClockAnchor = { simulated: Date.now(), real: Date.now() },
): Clock {
  const now = () => anchor.simulated + (Date.now() - anchor.real) * speed;
  return {
    speed,
    now,
    after(ms, callback) {
      const due = now() + ms;
      let timeout: NodeJS.Timeout;
      const arm = () => {
        const left = Math.ceil((due - now()) / speed);
        timeout = setTimeout(
          () => (due <= now() ? callback() : arm()),
          Math.max(0, Math.min(left, LONGEST_TIMEOUT)),
        );
      };
      arm();
      return { cancel: () => clearTimeout(timeout) };
    },
  };
}

/** Waits `ms` simulated milliseconds. */
export const sleep = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => clock.after(ms, resolve));

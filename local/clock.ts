/**
 * The simulated clock of the embedded Azure. The Functions host, the simulated Azure and the simulated clusters share
 * it. With a speed of 60, one simulated minute passes in one real second.
 */
export interface Clock {
  /** Simulated seconds per real second. */
  readonly speed: number;
  /** Simulated time, in milliseconds since the epoch. It never goes backwards. */
  now(): number;
  /** Calls `callback` after `ms` simulated milliseconds. There is no upper limit. */
  after(ms: number, callback: () => void): ClockTimer;
}

export interface ClockTimer {
  cancel(): void;
}

/** setTimeout fires immediately for longer delays. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * The maximum real time per clock step, in milliseconds. Additional time does not count, so that a busy machine does
 * not make the simulated Azure seem slow.
 */
const MAX_STEP_MS = 5;

/** Creates a clock that starts at `start` (milliseconds since the epoch) and runs `speed` times as fast as real time. */
export function createClock(speed = 1, start = Date.now()): Clock {
  let simulated = start;
  let lastReal = performance.now();
  const now = () => {
    const real = performance.now();
    const passed = speed === 1 ? real - lastReal : Math.min(real - lastReal, MAX_STEP_MS);
    simulated += passed * speed;
    lastReal = real;
    return Math.floor(simulated);
  };
  // Frequent reads keep the clock steps short.
  if (speed !== 1) setInterval(now, MAX_STEP_MS / 2).unref();
  return {
    speed,
    now,
    after(ms, callback) {
      const due = now() + ms;
      let timeout: NodeJS.Timeout;
      const schedule = () => {
        const remaining = Math.ceil((due - now()) / speed);
        timeout = setTimeout(
          () => {
            if (due <= now()) callback();
            else schedule();
          },
          Math.max(0, Math.min(remaining, MAX_TIMEOUT_MS)),
        );
      };
      schedule();
      return { cancel: () => clearTimeout(timeout) };
    },
  };
}

/** Resolves after `ms` simulated milliseconds. */
export const sleep = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => clock.after(ms, resolve));

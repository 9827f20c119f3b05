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

/**
 * The real time that each thread of a clock has had its turn, in microseconds. Simulated time is that of the thread
 * with the least, so that a busy one does not make the others seem slow.
 */
export type Turns = BigInt64Array;

export const createTurns = (threads: number): Turns => new BigInt64Array(new SharedArrayBuffer(8 * threads));

/**
 * Creates a clock that starts at `start` (milliseconds since the epoch) and runs `speed` times as fast as real time.
 * Threads share one clock by their `turns`; each counts its own.
 */
export function createClock(speed = 1, start = Date.now(), turns: Turns = createTurns(1), thread = 0): Clock {
  let own = 0;
  let lastReal = performance.now();
  const now = () => {
    const real = performance.now();
    own += speed === 1 ? real - lastReal : Math.min(real - lastReal, MAX_STEP_MS);
    lastReal = real;
    Atomics.store(turns, thread, BigInt(Math.floor(own * 1000)));
    let least = own * 1000;
    for (let other = 0; other < turns.length; other++)
      if (other !== thread) least = Math.min(least, Number(Atomics.load(turns, other)));
    return Math.floor(start + (least / 1000) * speed);
  };
  // Frequent reads keep the clock steps short.
  if (turns.length > 1 || speed !== 1) setInterval(now, MAX_STEP_MS / 2).unref();
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

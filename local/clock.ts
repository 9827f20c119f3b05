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

/** setTimeout fires at once beyond this many milliseconds. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * How much real time may pass at once, in milliseconds. When this process gets no turn for longer, because the
 * machine is busy, the rest does not count: a simulated Azure must not seem slow because the laptop is.
 */
const LONGEST_STEP = 5;

/** A clock that runs `speed` times as fast as real time, from `start` (milliseconds since the epoch) on. */
export function createClock(speed = 1, start = Date.now()): Clock {
  let simulated = start;
  let before = performance.now();
  const now = () => {
    const real = performance.now();
    const passed = speed === 1 ? real - before : Math.min(real - before, LONGEST_STEP);
    simulated += passed * speed;
    before = real;
    return Math.floor(simulated);
  };
  // Somebody must look at the clock often enough for its steps to stay short.
  if (speed !== 1) setInterval(now, LONGEST_STEP / 2).unref();
  return {
    speed,
    now,
    after(ms, callback) {
      const due = now() + ms;
      let timeout: NodeJS.Timeout;
      const arm = () => {
        const left = Math.ceil((due - now()) / speed);
        timeout = setTimeout(
          () => {
            if (due <= now()) callback();
            else arm();
          },
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

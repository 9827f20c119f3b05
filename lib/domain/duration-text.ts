import { DAY, HOUR, MINUTE } from './duration.ts';

/** Seconds between two times, each ISO 8601 or milliseconds since the epoch; never negative. */
export const secondsBetween = (from: string | number, to: string | number): number =>
  Math.max(0, (new Date(to).getTime() - new Date(from).getTime()) / 1000);

/** `0:07`, `4:12`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (part: number) => String(part).padStart(2, '0');
  const minutes = Math.floor(whole / MINUTE) % 60;
  const hours = Math.floor(whole / HOUR);
  return hours === 0
    ? `${minutes}:${two(whole % MINUTE)}`
    : `${hours}:${two(minutes)}:${two(whole % MINUTE)}`;
}

/** `24 s` below a minute, otherwise `4:12`. */
export const brief = (seconds: number): string =>
  Math.round(seconds) < MINUTE ? `${Math.round(seconds)} s` : clock(seconds);

const UNITS = [
  { unit: 'd', seconds: DAY },
  { unit: 'h', seconds: HOUR },
  { unit: 'min', seconds: MINUTE },
] as const;

/** The largest unit only: `3 d`, `2 h`, `12 min`, `40 s`. */
export function rough(seconds: number): string {
  const largest = UNITS.find((unit) => seconds >= 2 * unit.seconds) ?? { unit: 's', seconds: 1 };
  return `${Math.round(seconds / largest.seconds)} ${largest.unit}`;
}

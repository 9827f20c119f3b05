/** Seconds of a minute. */
export const MINUTE = 60;

/** Seconds of an hour. */
export const HOUR = 60 * MINUTE;

/** Seconds of a day. */
export const DAY = 24 * HOUR;

const UNITS = [365 * DAY, 30 * DAY, 7 * DAY, DAY, HOUR, MINUTE, 1];
const ISO_DURATION =
  /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/;

/**
 * The seconds of an ISO 8601 duration such as P3D or PT12H. A month counts 30 days and a year 365.
 * Throws a RangeError for other text; the request schema refuses such text first.
 */
export function secondsOf(duration: string): number {
  const parts = ISO_DURATION.exec(duration)?.slice(1);
  if (parts === undefined) throw new RangeError(`"${duration}" is not an ISO 8601 duration.`);
  return UNITS.reduce((sum, unit, index) => sum + unit * Number((parts[index] ?? '0').replace(',', '.')), 0);
}

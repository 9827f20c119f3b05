const UNITS = [365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3600, 60, 1];
const ISO_DURATION =
  /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/;

/**
 * The seconds of an ISO 8601 duration such as P3D or PT12H; a month counts 30 days and a year 365.
 * Throws a RangeError for what is none; zod has refused that in a request before.
 */
export function secondsOf(duration: string): number {
  const parts = ISO_DURATION.exec(duration)?.slice(1);
  if (parts === undefined) throw new RangeError(`"${duration}" is not an ISO 8601 duration.`);
  return UNITS.reduce((sum, unit, index) => sum + unit * Number((parts[index] ?? '0').replace(',', '.')), 0);
}

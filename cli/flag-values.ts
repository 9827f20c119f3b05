import { InvalidArgumentError } from 'commander';

export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a whole number');
}

/** The largest number of log lines that the server gives. */
const MOST_LINES = 500;

export function lineCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_LINES) return count;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${MOST_LINES}`);
}

/** Reads `90m`, `12h`, `3d` or an ISO 8601 duration such as `P3D`. */
export function duration(text: string): string {
  const [, count, unit] = /^(\d+)([mhd])$/i.exec(text) ?? [];
  if (count !== undefined && unit !== undefined)
    return /d/i.test(unit) ? `P${count}D` : `PT${count}${unit.toUpperCase()}`;
  if (/^P(?=.)/.test(text)) return text;
  throw new InvalidArgumentError('must look like 90m, 12h or 3d');
}

export function commaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Collects the values of a flag that may be given several times. */
export const repeated = (text: string, before: unknown): string[] => [
  ...((before as string[] | undefined) ?? []),
  text,
];

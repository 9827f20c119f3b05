import { InvalidArgumentError } from 'commander';

export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a whole number');
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

import type { Evidence } from '../life.ts';

/**
 * After an operation has ended, none of its activities writes to Azure, a cluster or a receipt. A write counts when it
 * is sent; both times are those of the simulated clock.
 */
export function fenced({ record, records }: Evidence): string[] {
  const ends = new Map(records.operations.map(({ id, finishedAt }) => [id, finishedAt]));
  return record.flatMap((line) => {
    if (line.kind !== 'write') return [];
    const { operation, target, method, path, at } = line;
    const end = ends.get(operation);
    if (end === undefined || at <= Date.parse(end)) return [];
    const late = ((at - Date.parse(end)) / 1000).toFixed(1);
    return [`${operation} sent ${method} ${path} to ${target} ${late} s after its end`];
  });
}

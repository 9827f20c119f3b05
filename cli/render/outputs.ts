import type { OutputValues } from '../../lib/api/stack.ts';
import type { Look } from './text.ts';

/** Resources with their properties, under the names that `matcha get` accepts. */
export const outputLines = (outputs: OutputValues, { paint }: Look): string[] =>
  Object.entries(outputs).flatMap(([resource, properties], index) => [
    ...(index === 0 ? [] : ['']),
    paint('bold', resource),
    ...Object.entries(properties).map(([property, value]) => `  - ${property}: ${value}`),
  ]);

/** What the addresses of models begin with: nothing to open. */
const PREFIX = 'base-url';

/** The address of each tool that can be opened: a public one, or one of this machine. */
export const addressesOf = (outputs: OutputValues): { resource: string; url: string }[] =>
  Object.entries(outputs).flatMap(([resource, properties]) => {
    const [, url] =
      Object.entries(properties).find(
        ([property, value]) => property !== PREFIX && (value.startsWith('https://') || isLocal(value)),
      ) ?? [];
    return url === undefined ? [] : [{ resource, url }];
  });

/** Whether an address is that of a forwarded port. */
export const isLocal = (url: string): boolean => url.startsWith('http://localhost:');

/** When addresses of forwarded ports can be opened; undefined when none is among the outputs. */
export function openText(outputs: OutputValues, stack: string): string | undefined {
  const count = addressesOf(outputs).filter(({ url }) => isLocal(url)).length;
  if (count === 0) return undefined;
  return `${count === 1 ? 'The address' : 'Addresses'} at localhost can be opened while \`matcha connect ${stack}\` runs.`;
}

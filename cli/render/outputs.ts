import type { OutputValues } from '../../lib/api/stack.ts';
import type { Look } from './text.ts';

/** Resources with their properties, under the names that `matcha get` accepts. */
export const outputLines = (outputs: OutputValues, { paint }: Look): string[] =>
  Object.entries(outputs).flatMap(([resource, properties], index) => [
    ...(index === 0 ? [] : ['']),
    paint('bold', resource),
    ...Object.entries(properties).map(([property, value]) => `  - ${property}: ${value}`),
  ]);

/** The address of each tool: its public HTTPS address, or the one inside the cluster. */
export const addressesOf = (outputs: OutputValues): { resource: string; url: string }[] =>
  Object.entries(outputs).flatMap(([resource, properties]) => {
    const url = properties['cluster-url'];
    if (url === undefined) return [];
    const publicUrl = Object.values(properties).find((value) => value.startsWith('https://'));
    return [{ resource, url: publicUrl ?? url }];
  });

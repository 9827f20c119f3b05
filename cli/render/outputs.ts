import type { OutputValues } from '../../lib/api/stack.ts';
import type { Look } from './text.ts';

/** Resources with their properties, under the names that `matcha get` accepts. */
export const outputLines = (outputs: OutputValues, { paint }: Look): string[] =>
  Object.entries(outputs).flatMap(([resource, properties], index) => [
    ...(index === 0 ? [] : ['']),
    paint('bold', resource),
    ...Object.entries(properties).map(([property, value]) => `  - ${property}: ${value}`),
  ]);

/** The address of each tool inside the cluster. */
export const clusterUrlsOf = (outputs: OutputValues): { resource: string; url: string }[] =>
  Object.entries(outputs).flatMap(([resource, { 'cluster-url': url }]) =>
    url === undefined ? [] : [{ resource, url }],
  );

import type { OutputValues } from '../../lib/api/stack.ts';
import type { Look } from './text.ts';

/** Resources with their properties below them, spelled as `matcha get` takes them. */
export const outputLines = (outputs: OutputValues, { paint }: Look): string[] =>
  Object.entries(outputs).flatMap(([resource, properties], index) => [
    ...(index === 0 ? [] : ['']),
    paint('bold', resource),
    ...Object.entries(properties).map(([property, value]) => `  - ${property}: ${value}`),
  ]);

/** Where pods of the cluster reach each tool. */
export const clusterUrlsOf = (outputs: OutputValues): { resource: string; url: string }[] =>
  Object.entries(outputs).flatMap(([resource, { 'cluster-url': url }]) =>
    url === undefined ? [] : [{ resource, url }],
  );

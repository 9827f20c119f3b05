import { z } from 'zod';

/** A boolean in a query string; absent means false. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');

export const stackName = z.string().meta({ description: 'Name of the stack.' });

/** The value of If-Match: ETags separated by commas, or `*` (RFC 9110, 13.1.1). */
export const entityTags = z
  .string()
  .max(1000)
  .regex(/^(\*|(W\/)?"[^"]*"([ \t]*,[ \t]*(W\/)?"[^"]*")*)$/, 'must be * or ETags in double quotes');

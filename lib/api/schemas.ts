import { z } from 'zod';

/** A boolean in a query string; absent means false. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');

/** The number of items on a page, unless the caller asks for fewer. */
const PAGE_SIZE = 100;

/** The query of a list: its answer is a page. */
export const page = {
  limit: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(PAGE_SIZE, `must be at most ${PAGE_SIZE}`)
    .default(PAGE_SIZE)
    .meta({ description: 'The largest number of items on the page.' }),
  continuationToken: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .meta({ description: 'The token of the page before; the first page without it.' }),
};

/** In the answer of a list. A page may have fewer items than asked for, also when more pages follow. */
export const nextPage = {
  continuationToken: z
    .string()
    .exactOptional()
    .meta({ description: 'For the request for the next page; absent on the last one.' }),
};

export const stackName = z.string().meta({ description: 'Name of the stack.' });

/** The value of If-Match: ETags separated by commas, or `*` (RFC 9110, 13.1.1). */
export const entityTags = z
  .string()
  .max(1000)
  .regex(/^(\*|(W\/)?"[^"]*"([ \t]*,[ \t]*(W\/)?"[^"]*")*)$/, 'must be * or ETags in double quotes');

import { z } from 'zod';
import { chosenId } from '../domain/operation-id.ts';

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
const entityTags = z
  .string()
  .max(1000)
  .regex(/^(\*|(W\/)?"[^"]*"([ \t]*,[ \t]*(W\/)?"[^"]*")*)$/, 'must be * or ETags in double quotes');

/** The headers of a request that starts an operation. Other headers are ignored. */
export const conditions = z.object({
  'operation-id': chosenId
    .meta({ description: 'Chosen by the caller, so that a repeated request has no second effect.' })
    .optional(),
  'if-match': entityTags
    .meta({ description: 'The ETag of the stack that the request is for, or * for any that exists.' })
    .optional(),
});

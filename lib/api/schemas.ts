import { z } from 'zod';

/** A boolean in a query string; absent means false. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');

export const stackName = z.string().meta({ description: 'Name of the stack.' });

import { z } from 'zod';

/** The latest log lines of the containers of a tool. */
export const toolLogs = z
  .strictObject({
    component: z.string(),
    containers: z.array(
      z.strictObject({
        pod: z.string(),
        container: z.string(),
        /** Oldest first. */
        lines: z.array(z.string()),
        /** Why there are no lines, in the words of Kubernetes. */
        reason: z.string().exactOptional(),
      }),
    ),
  })
  .meta({ id: 'ToolLogs' });
export type ToolLogs = z.infer<typeof toolLogs>;

/** The largest number of lines of a container. */
const MOST_LINES = 500;

export const tail = z.coerce
  .number('must be a number')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(MOST_LINES, `must be at most ${MOST_LINES}`)
  .default(100)
  .meta({ description: 'The largest number of lines of each container.' });

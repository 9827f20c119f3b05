import { z } from 'zod';
import { person } from '../domain/principal.ts';
import { problemSchema } from '../domain/problem-schema.ts';
import { LONGEST_WORD, stackFields, type StackSpec } from '../domain/spec.ts';
import { condition, inventory, PHASES, stackEvent, time } from '../domain/status.ts';
import { operationView } from './operation.ts';
import { flag, nextPage } from './schemas.ts';

export { stackRequest, type StackRequestInput } from '../domain/stack-request.ts';

const stackSpec: z.ZodType<StackSpec> = stackFields.extend({
  apiVersion: z.literal('matcha.dev/v1'),
  name: z.string(),
  preset: z.string(),
  components: z.array(z.string()),
  owner: person,
  members: z.array(person),
});

/** A stack in a list. */
export const stackView = z
  .strictObject({
    name: z.string(),
    phase: z.enum(PHASES),
    preset: z.string(),
    components: z.array(z.string()),
    /** Versions of the tools in the cluster, by component. */
    versions: z.record(z.string(), z.string()),
    location: z.string(),
    owner: person,
    members: z.array(person),
    access: z.enum(['private', 'public']),
    generation: z.int(),
    observedGeneration: z.int(),
    conditions: z.array(condition),
    createdAt: time,
    updatedAt: time,
    /** The reason that it is Failed or Degraded. */
    problem: problemSchema.exactOptional(),
    /** Ids of resources that the destroy operation kept. */
    kept: z.array(z.string()).exactOptional(),
    /** The id of the operation that holds the stack. */
    activeOperation: z.string().exactOptional(),
    lastOperation: z.string().exactOptional(),
    /**
     * Estimated cost in US dollars in the current phase: 0 without a cluster; for a destroyed stack the cost of
     * the kept storage. Absent when a price is unknown.
     */
    costPerDay: z.number().exactOptional(),
  })
  .meta({ id: 'StackSummary' });
export type StackView = z.infer<typeof stackView>;

/** A stack with its spec and its active or last operation. */
export const stackDetail = stackView
  .extend({
    spec: stackSpec,
    operation: operationView.exactOptional(),
    /** The version of the stack's record, for the header If-Match. */
    etag: z.string(),
  })
  .meta({ id: 'Stack' });
export type StackDetail = z.infer<typeof stackDetail>;

/** A page of the stacks, by name. */
export const stackList = z.strictObject({ stacks: z.array(stackView), ...nextPage });
export type StackList = z.infer<typeof stackList>;

/** A page of events, newest first. */
export const eventList = z.strictObject({ events: z.array(stackEvent), ...nextPage });
export type EventList = z.infer<typeof eventList>;

export const inventoryView = inventory;

const word = z.string().max(LONGEST_WORD).optional();

/** The query for outputs: all of them, those of a resource, or one. */
export const outputSelection = z
  .strictObject({
    reveal: flag.meta({
      description: 'Show secrets: for the owner, members and an Admin. It is recorded as an event.',
    }),
    resource: word.meta({ description: 'Only this resource, such as `pipeline`.' }),
    property: word.meta({ description: 'Only this property of the resource.' }),
  })
  .refine(({ resource, property }) => property === undefined || resource !== undefined, {
    path: ['property'],
    error: 'needs a resource',
  });

/** Values by resource (`experiment-tracker`), then by property (`tracking-url`). */
export const outputValues = z.record(z.string(), z.record(z.string(), z.string()));
export type OutputValues = z.infer<typeof outputValues>;

export const environment = z
  .strictObject({
    /** Values by the name of the environment variable. */
    variables: z.record(z.string(), z.string()),
    /** The variables that sign in and were not asked for. */
    withheld: z.array(z.string()),
  })
  .meta({ id: 'Environment' });
export type Environment = z.infer<typeof environment>;

export const unlockRequest = z.strictObject({ force: z.boolean().default(false) });

import { z } from 'zod';
import { propertyChange } from './merge-patch.ts';
import type { ResourceKind } from './resource-kinds.ts';

/** A tool or another component of the stack, with the versions before and after. */
export const componentChange = z.strictObject({
  change: z.enum(['added', 'changed', 'removed']),
  name: z.string(),
  title: z.string(),
  before: z.string().exactOptional(),
  after: z.string().exactOptional(),
  /** Why it is installed again, where its version and configuration are as wanted. */
  detail: z.string().exactOptional(),
  /** What is lost for good with a removal, with the size of its disk. */
  loses: z.string().exactOptional(),
});
export type ComponentChange = z.infer<typeof componentChange>;

/** A resource in Azure, with the properties that change. */
export const resourceChange = z.strictObject({
  change: z.enum(['added', 'changed', 'removed']),
  kind: z.string(),
  name: z.string(),
  /** Empty where the whole resource is added or removed. */
  properties: z.array(propertyChange),
  loses: z.string().exactOptional(),
});
export type ResourceChange = z.infer<typeof resourceChange>;

/** What an operation would change, from what is there to what the spec asks for. */
export const planChanges = z.strictObject({
  components: z.array(componentChange),
  resources: z.array(resourceChange),
  /** Fields of the spec that concern Matcha itself, by their path. */
  settings: z.array(propertyChange),
  /** How many components and resources stay as they are. */
  unchanged: z.int(),
  /** False where Azure did not tell what is there; `resources` is then empty and there may be more changes. */
  isComplete: z.boolean(),
});
export type PlanChanges = z.infer<typeof planChanges>;

/** A resource as it was found: what has to change of it, and the step that does so. */
export type ObservedResource = Omit<ResourceChange, 'change' | 'kind'> & {
  kind: ResourceKind;
  change: ResourceChange['change'] | 'unchanged';
  step: string;
};

/** Everything that is lost for good. */
export const lossesOf = ({
  components,
  resources,
}: Pick<PlanChanges, 'components' | 'resources'>): string[] =>
  [...components, ...resources].flatMap(({ loses }) => loses ?? []);

/** Whether it is known that nothing would change. */
export const isUnchanged = ({ components, resources, settings, isComplete }: PlanChanges): boolean =>
  isComplete && components.length + resources.length + settings.length === 0;

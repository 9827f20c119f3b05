import { z } from 'zod';
import { propertyChange } from './merge-patch.ts';
import type { ResourceKind } from './resource-kinds.ts';

/** A component of the stack that changes, with its versions before and after. */
export const componentChange = z.strictObject({
  change: z.enum(['added', 'changed', 'removed']),
  name: z.string(),
  title: z.string(),
  before: z.string().exactOptional(),
  after: z.string().exactOptional(),
  /** Why it is installed again, when version and configuration do not change. */
  detail: z.string().exactOptional(),
  /** The data that its removal deletes, with the size of the disk. */
  loses: z.string().exactOptional(),
});
export type ComponentChange = z.infer<typeof componentChange>;

/** An Azure resource, with the properties that change. */
export const resourceChange = z.strictObject({
  change: z.enum(['added', 'changed', 'removed']),
  kind: z.string(),
  name: z.string(),
  /** Empty when the whole resource is added or removed. */
  properties: z.array(propertyChange),
  loses: z.string().exactOptional(),
});
export type ResourceChange = z.infer<typeof resourceChange>;

/** What an operation changes: the difference between the current state and the spec. */
export const planChanges = z.strictObject({
  components: z.array(componentChange),
  resources: z.array(resourceChange),
  /** Changed fields of the spec that are settings of Matcha, by path. */
  settings: z.array(propertyChange),
  /** The number of components and resources that do not change. */
  unchanged: z.int(),
  /** False when Azure did not answer; then `resources` is empty and there may be more changes. */
  isComplete: z.boolean(),
});
export type PlanChanges = z.infer<typeof planChanges>;

/** An existing or missing resource, its changes, and the step that makes them. */
export type ObservedResource = Omit<ResourceChange, 'change' | 'kind'> & {
  kind: ResourceKind;
  change: ResourceChange['change'] | 'unchanged';
  step: string;
};

/** Everything that the changes delete without a way to restore it. */
export const lossesOf = ({
  components,
  resources,
}: Pick<PlanChanges, 'components' | 'resources'>): string[] =>
  [...components, ...resources].flatMap(({ loses }) => loses ?? []);

/** Whether Azure answered and there are no changes. */
export const isUnchanged = ({ components, resources, settings, isComplete }: PlanChanges): boolean =>
  isComplete && components.length + resources.length + settings.length === 0;

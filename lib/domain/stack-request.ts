import { z } from 'zod';
import { applyPatch, type MergePatch } from './merge-patch.ts';
import {
  LONGEST_WORD,
  kubernetesVersion,
  networks,
  nodeCount,
  nodeSize,
  nodeSizes,
  parseStackFields,
  tags,
  waitingTime,
  type StackFields,
} from './spec.ts';

const cluster = z.strictObject({
  nodeSize: nodeSize.nullish(),
  minNodes: nodeCount.nullish(),
  maxNodes: nodeCount.nullish(),
  kubernetesVersion: kubernetesVersion.nullish(),
  gpu: z
    .strictObject({
      nodeSize: nodeSize.nullish(),
      maxNodes: nodeCount.nullish(),
      spot: z.boolean().nullish(),
    })
    .nullish(),
  onShortage: z
    .discriminatedUnion('do', [
      z.strictObject({ do: z.literal('fail') }),
      z.strictObject({ do: z.literal('wait'), upTo: waitingTime.nullish() }),
      z.strictObject({ do: z.literal('fallback'), nodeSizes: nodeSizes.nullish() }),
    ])
    .nullish(),
} satisfies SchemaOf<StackFields['cluster']>);

const access = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('private') }),
  z.strictObject({ kind: z.literal('public'), allowFrom: networks.nullish() }),
]);

const word = z.string().max(LONGEST_WORD);

const MOST_MEMBERS = 50;

/**
 * A request for a stack. It works like a merge patch (RFC 7396) of its fields: an absent field keeps its value, or
 * has its default in a new stack; null gives a field its default. Lists and tags are replaced as a whole.
 */
export const stackRequest = z.strictObject({
  preset: word.optional(),
  components: z.array(word).max(100).optional(),
  location: word.optional(),
  cluster: cluster.nullish(),
  access: access.nullish(),
  storage: z.strictObject({ sharedKeyAccess: z.boolean().nullish() }).nullish(),
  lifetime: z.strictObject({ protected: z.boolean().nullish() }).nullish(),
  tags: tags.nullish(),
  /** Object ids, names or sign-in names of people who use the stack besides its owner. */
  members: z.array(word.min(1)).max(MOST_MEMBERS, `there can be ${MOST_MEMBERS} members at most`).nullish(),
} satisfies SchemaOf<StackFields> & z.ZodRawShape);

/** A schema for each field: a new field of the spec is not forgotten here. */
type SchemaOf<T> = Record<keyof T, z.ZodType>;

export type StackRequest = z.infer<typeof stackRequest>;
export type StackRequestInput = z.input<typeof stackRequest>;

/**
 * The fields of a stack after a request; `current` is undefined for a new stack. Throws a problem that names every
 * wrong field.
 */
export function requestedFields(
  current: Fields | undefined,
  { preset: _, components: __, members: ___, ...patch }: StackRequest,
): StackFields {
  const { location, cluster, access, storage, lifetime, tags } = current ?? {};
  const found = applyPatch<Fields>({}, { location, cluster, access, storage, lifetime, tags });
  const kept = applyPatch(found, replacedBy(patch, found));
  return parseStackFields(applyPatch(kept, patch));
}

type Fields = Partial<StackFields>;

/** Removes what a request replaces as a whole: tags, and a choice when another one is made. */
function replacedBy({ tags, access, cluster }: StackRequest, found: Fields): MergePatch<Fields> {
  const isOther = (choice: string | undefined, before: string | undefined) =>
    choice !== undefined && choice !== before;
  return {
    ...(tags && { tags: null }),
    ...(isOther(access?.kind, found.access?.kind) && { access: null }),
    ...(isOther(cluster?.onShortage?.do, found.cluster?.onShortage.do) && { cluster: { onShortage: null } }),
  };
}

import { z } from 'zod';
import { invalidRequest } from './invalid-request.ts';
import type { Person } from './principal.ts';
import { ProblemError } from './problem.ts';
import { quote } from './quote.ts';
import { REGIONS } from './regions.ts';
import { manual } from './remedies.ts';
import { STACK_NAME } from './stack-name.ts';
import { suggest } from './suggest.ts';

export const nodeSize = z
  .string()
  .regex(/^Standard_[A-Za-z0-9_]{1,70}$/, 'must be an Azure VM size, such as Standard_D4s_v5');
export const nodeSizes = z.array(nodeSize).min(1).max(5);
export const nodeCount = z.int().min(1, 'must be at least 1').max(100, 'must be at most 100');
export const kubernetesVersion = z.string().regex(/^\d{1,3}\.\d{1,3}(\.\d{1,3})?$/, 'must look like 1.35');
export const waitingTime = z.iso.duration().max(30);

const cluster = z.strictObject({
  nodeSize: nodeSize.default('Standard_D4s_v5'),
  minNodes: nodeCount.default(1),
  maxNodes: nodeCount.default(3),
  /**
   * `major.minor` or `major.minor.patch`. Without it, the newest version that the region offers is chosen.
   */
  kubernetesVersion: kubernetesVersion.optional(),
  gpu: z
    .strictObject({ nodeSize, maxNodes: nodeCount.default(1), spot: z.boolean().default(false) })
    .optional(),
  /** What to do when Azure lacks quota or capacity for the nodes. */
  onShortage: z
    .discriminatedUnion('do', [
      z.strictObject({ do: z.literal('fail') }),
      /** Retry for this long; waiting costs nothing. */
      z.strictObject({ do: z.literal('wait'), upTo: waitingTime.default('P3D') }),
      /** Use the first available size. */
      z.strictObject({ do: z.literal('fallback'), nodeSizes }),
    ])
    .default({ do: 'fail' }),
});

const network = z.union([z.cidrv4(), z.cidrv6()], 'must be a network, such as 203.0.113.0/24');
export const networks = z.array(network).min(1);

const access = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('private') }),
  z.strictObject({ kind: z.literal('public'), allowFrom: networks }),
]);

const lifetime = z.strictObject({
  /** A protected stack cannot be destroyed. */
  protected: z.boolean().default(false),
});

/** Names that Azure reserves, or that Matcha uses for its own tags. */
const RESERVED_TAG = /^(matcha-.*|managed-by|microsoft.*|azure.*|windows.*)$/i;

/**
 * Tags that every resource of the stack accepts. Azure limits a resource to 50 tags, including Matcha's own.
 */
export const tags = z
  .record(
    z
      .string()
      .regex(/^[\p{L}\p{N}][^<>%&\\?/\p{Cc}]{0,127}$/u, 'must be 1 to 128 characters without <>%&\\?/')
      .refine((name) => !RESERVED_TAG.test(name), 'is reserved: choose another tag name'),
    z.string().max(256),
  )
  .refine((all) => Object.keys(all).length <= 40, 'there can be 40 tags at most')
  .refine(
    (all) => new Set(Object.keys(all).map((name) => name.toLowerCase())).size === Object.keys(all).length,
    'tag names differ by more than their case',
  );

/** The longest name of a region, preset or component that is looked up. */
export const LONGEST_WORD = 100;

/** The fields of a stack besides its components. Only the region has no default. */
export const stackFields = z.strictObject({
  location: z
    .string({ error: ({ input }) => (input === undefined ? 'is required for a new stack' : undefined) })
    .max(LONGEST_WORD),
  cluster: cluster
    .refine(({ minNodes, maxNodes }) => minNodes <= maxNodes, 'minNodes must not exceed maxNodes')
    .prefault({}),
  access: access.default({ kind: 'private' }),
  storage: z.strictObject({ sharedKeyAccess: z.boolean().default(false) }).prefault({}),
  lifetime: lifetime.prefault({}),
  tags: tags.default({}),
});
export type StackFields = z.infer<typeof stackFields>;

/** The desired state of a stack, complete and valid. Never contains a secret. */
export interface StackSpec extends StackFields {
  apiVersion: 'matcha.dev/v1';
  name: string;
  /** The preset with these `components`, or `custom`. */
  preset: string;
  components: string[];
  /** Who created the stack. */
  owner: Person;
  /** Who uses it besides the owner. */
  members: Person[];
}

/** Returns a valid stack name; throws INVALID_NAME otherwise. */
export function parseStackName(name: string): string {
  if (STACK_NAME.test(name)) return name;
  throw new ProblemError('INVALID_NAME', `${quote(name)} cannot be the name of a stack.`);
}

/** Returns the region as Azure writes it; accepts "UK South". Throws UNKNOWN_REGION with a suggestion. */
export function parseRegion(location: string): string {
  const region = location.toLowerCase().replaceAll(' ', '');
  if ((REGIONS as readonly string[]).includes(region)) return region;
  const nearest = suggest(region, REGIONS) ?? regionsStartingWith(region);
  throw new ProblemError(
    'UNKNOWN_REGION',
    `Azure has no region ${quote(location)}.`,
    nearest === undefined ? {} : { remedies: [manual(`Did you mean ${nearest}?`)] },
  );
}

/** Up to three regions that start with the text: "uk" gives uksouth or ukwest. */
function regionsStartingWith(prefix: string): string | undefined {
  const found = REGIONS.filter((region) => prefix !== '' && region.startsWith(prefix)).slice(0, 3);
  return found.length === 0 ? undefined : found.join(' or ');
}

/** Returns complete fields, with defaults for absent ones. Throws a problem that names every wrong field. */
export function parseStackFields(fields: unknown): StackFields {
  const parsed = stackFields.safeParse(fields);
  if (!parsed.success) throw invalidRequest(parsed.error);
  return { ...parsed.data, location: parseRegion(parsed.data.location) };
}

import { z } from 'zod';
import { ProblemError } from './problem.ts';
import { REGIONS } from './regions.ts';
import { manual } from './remedies.ts';
import { STACK_NAME } from './stack-name.ts';
import { suggest } from './suggest.ts';

const nodeSize = z
  .string()
  .regex(/^Standard_[A-Za-z0-9_]+$/, 'must be an Azure VM size, such as Standard_D4s_v5');
const nodeCount = z.int().min(1, 'must be at least 1').max(100, 'must be at most 100');

const cluster = z.strictObject({
  nodeSize: nodeSize.default('Standard_D4s_v5'),
  minNodes: nodeCount.default(1),
  maxNodes: nodeCount.default(3),
  /** `major.minor`; chosen by what the region offers when left out. */
  kubernetesVersion: z
    .string()
    .regex(/^\d+\.\d+(\.\d+)?$/, 'must look like 1.35')
    .optional(),
  gpu: z.strictObject({ nodeSize, maxNodes: nodeCount, spot: z.boolean().default(false) }).optional(),
  /** What to do while Azure lacks quota or capacity for the nodes. */
  onShortage: z
    .discriminatedUnion('do', [
      z.strictObject({ do: z.literal('fail') }),
      /** Keep asking for so long; waiting costs nothing. */
      z.strictObject({ do: z.literal('wait'), upTo: z.iso.duration().default('P3D') }),
      /** Take the first of these sizes that there is. */
      z.strictObject({ do: z.literal('fallback'), nodeSizes: z.array(nodeSize).min(1).max(5) }),
    ])
    .default({ do: 'fail' }),
});

const network = z.union([z.cidrv4(), z.cidrv6()], 'must be a network, such as 203.0.113.0/24');

const access = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('private') }),
  z.strictObject({ kind: z.literal('public'), allowFrom: z.array(network).min(1) }),
]);

const lifetime = z.strictObject({
  /** A protected stack refuses to be destroyed. */
  protected: z.boolean().default(false),
});

/** Names that Azure reserves, or that Matcha gives its own tags. */
const RESERVED_TAG = /^(matcha-.*|managed-by|microsoft.*|azure.*|windows.*)$/i;

/** What all of the stack's resources accept; Azure limits a resource to 50 tags, Matcha's own included. */
const tags = z
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

/** What a caller asks for. Everything but the region may be left out. */
export const stackRequest = z.strictObject({
  location: z.string(),
  preset: z.string().optional(),
  components: z.array(z.string()).optional(),
  cluster: cluster
    .refine(({ minNodes, maxNodes }) => minNodes <= maxNodes, 'minNodes must not exceed maxNodes')
    .prefault({}),
  access: access.default({ kind: 'private' }),
  storage: z.strictObject({ sharedKeyAccess: z.boolean().default(false) }).prefault({}),
  lifetime: lifetime.prefault({}),
  tags: tags.default({}),
});

export type StackRequest = z.infer<typeof stackRequest>;
export type StackRequestInput = z.input<typeof stackRequest>;

/** The desired state of a stack, complete and valid. It never holds a secret. */
export interface StackSpec extends Omit<StackRequest, 'preset' | 'components'> {
  apiVersion: 'matcha.dev/v1';
  name: string;
  /** The preset that `components` come from, or `custom`. */
  preset: string;
  components: string[];
  /** The principal who asked for it. */
  owner: string;
}

/** Refuses a stack name that Azure's resources could not carry. */
export function parseStackName(name: string): string {
  if (STACK_NAME.test(name)) return name;
  throw new ProblemError('INVALID_NAME', `"${name}" cannot be the name of a stack.`);
}

/** The region as Azure writes it ("UK South" is accepted), or a problem with the nearest one suggested. */
export function parseRegion(location: string): string {
  const region = location.toLowerCase().replaceAll(' ', '');
  if ((REGIONS as readonly string[]).includes(region)) return region;
  const nearest = suggest(region, REGIONS) ?? likely(region);
  throw new ProblemError(
    'UNKNOWN_REGION',
    `Azure has no region "${location}".`,
    nearest === undefined ? {} : { remedies: [manual(`Did you mean ${nearest}?`)] },
  );
}

/** A few regions whose names begin so: "uk" is uksouth or ukwest. */
function likely(beginning: string): string | undefined {
  const found = REGIONS.filter((region) => beginning !== '' && region.startsWith(beginning)).slice(0, 3);
  return found.length === 0 ? undefined : found.join(' or ');
}

/** Checks the shape of a request; every field that is wrong is named at once. */
export function parseStackRequest(body: unknown): StackRequest {
  const parsed = stackRequest.safeParse(body);
  if (!parsed.success) throw invalidRequest(parsed.error);
  return { ...parsed.data, location: parseRegion(parsed.data.location) };
}

/** What zod found, as a problem that names each field. */
export function invalidRequest(error: z.ZodError): ProblemError {
  const findings = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  return new ProblemError('INVALID_REQUEST', 'The request is not valid.', { cause: findings.join('; ') });
}

import type { PlanView } from '../lib/api/plan.ts';
import type { StackDetail } from '../lib/api/stack.ts';
import type { StackRequestInput } from '../lib/domain/stack-request.ts';
import { ApiError } from './api.ts';
import { missingFlags } from './consent.ts';
import { findStack, namedStack, type Context } from './context.ts';
import { usageError } from './exit.ts';
import { inFlags, type RequestFields } from './invalid-request.ts';
import type { Options } from './options.ts';

export interface WantedStack {
  name: string;
  request: StackRequestInput;
  /** The part of the request that the user gave for this command. */
  asked: RequestFields;
}

const EXAMPLES = { '--name': 'demo', '--location': 'uksouth' };

/**
 * What `provision` and `plan` send: from flags, matcha.config.json, the existing stack, and questions, in this
 * order. `alsoMissing` names more flags to report when no question can be asked.
 */
export async function wantedStack(
  context: Context,
  argument: string | undefined,
  { alsoMissing = [] }: { alsoMissing?: string[] } = {},
): Promise<WantedStack> {
  const { api, options, config, terminal } = context;
  const named = namedStack(context, argument ?? options.name ?? options.prefix);
  const requireFlags = (...missing: string[]) => {
    if (missing.length > 0 && !terminal.canAsk) throw missingFlags(context, missing, EXAMPLES);
  };
  const withoutLocation = options.location === undefined ? ['--location'] : [];
  requireFlags(...(named === undefined ? ['--name', ...withoutLocation] : []), ...alsoMissing);

  const name = named ?? (await (await questions()).askName());
  const found = await findStack(api, name);
  const existing = found?.phase === 'Destroyed' ? undefined : found;
  const known = options.location ?? found?.location;
  if (known === undefined) requireFlags('--location');
  const location = known ?? (await (await questions()).askRegion());

  const chosen = options.preset ?? (options.components === undefined ? config.preset : undefined);
  const isOpen = chosen === undefined && options.components === undefined && existing === undefined;
  const preset =
    isOpen && terminal.canAsk && options.yes !== true
      ? await (await questions()).askPreset((await api('readCatalogue')).value.presets)
      : chosen;
  const given = { ...options, location, ...(preset !== undefined && { preset }) };
  const asked = askedBy(existing === undefined ? given : options);
  return { name, request: stackRequestOf(given, existing), asked };
}

const questions = () => import('./prompts.ts');

/** Reads the plan. An error names flags instead of fields, and its remedies repeat all flags of the user. */
export async function readPlan({ api }: Context, { name, request, asked }: WantedStack): Promise<PlanView> {
  try {
    return (await api('planStack', { params: { name }, body: request })).value;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const remedies = error.complaint.remedies?.map((remedy) =>
      remedy.action === 'provisionStack'
        ? { ...remedy, arguments: { name, ...asked, ...remedy.arguments } }
        : remedy,
    );
    throw new ApiError(
      error.status,
      inFlags({ ...error.complaint, ...(remedies !== undefined && { remedies }) }, asked),
    );
  }
}

/** The body of a request: what flags ask for. The server keeps everything else of an existing stack. */
export function stackRequestOf(
  options: Options & { location: string },
  existing?: Pick<StackDetail, 'spec'>,
): StackRequestInput {
  const { location, preset, components, nodeSize, minNodes, maxNodes, kubernetesVersion, sharedKeys } =
    options;
  const cluster = definedOnly({
    nodeSize,
    minNodes,
    maxNodes,
    kubernetesVersion,
    gpu: gpuOf(options, existing?.spec.cluster.gpu !== undefined),
    onShortage: shortageOf(options),
  });
  const access = accessOf(options);
  const members = membersOf(options);
  const storage = sharedKeys === undefined ? undefined : { sharedKeyAccess: sharedKeys };
  return {
    location,
    ...definedOnly({ preset, components, access, storage, members }),
    ...(Object.keys(cluster).length > 0 && { cluster }),
  };
}

type ClusterRequest = NonNullable<StackRequestInput['cluster']>;

/** Null removes the GPU nodes. */
function gpuOf({ gpu, gpuMax, gpuSpot }: Options, hasGpu: boolean): ClusterRequest['gpu'] {
  if (gpu === false) return null;
  const changes = definedOnly({ nodeSize: gpu, maxNodes: gpuMax, spot: gpuSpot });
  if (Object.keys(changes).length === 0) return undefined;
  if (gpu !== undefined || hasGpu) return changes;
  throw usageError(
    '--gpu-max and --gpu-spot need --gpu: the stack has no GPU nodes yet.',
    'Add a size, such as --gpu Standard_NC4as_T4_v3.',
  );
}

function shortageOf({ waitForQuota, fallbackSizes }: Options): ClusterRequest['onShortage'] {
  if (fallbackSizes !== undefined) return { do: 'fallback', nodeSizes: fallbackSizes };
  if (waitForQuota === undefined) return undefined;
  return { do: 'wait', upTo: waitForQuota === true ? DEFAULT_WAIT : waitForQuota };
}

/** Three days. */
const DEFAULT_WAIT = 'P3D';

function accessOf({ private: isPrivate, public: allowFrom }: Options): StackRequestInput['access'] {
  if (allowFrom !== undefined) return { kind: 'public', allowFrom };
  return isPrivate === true ? { kind: 'private' } : undefined;
}

const membersOf = ({ member, members }: Options): string[] | undefined => (members === false ? [] : member);

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const definedOnly = <T extends object>(members: T): Defined<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>;

/** The fields that flags ask for. */
export const askedBy = (options: Options): RequestFields =>
  definedOnly({
    location: options.location,
    preset: options.preset,
    components: options.components,
    'cluster.nodeSize': options.nodeSize,
    'cluster.minNodes': options.minNodes,
    'cluster.maxNodes': options.maxNodes,
    'cluster.kubernetesVersion': options.kubernetesVersion,
    'cluster.gpu': options.gpu === false ? false : undefined,
    'cluster.gpu.nodeSize': options.gpu === false ? undefined : options.gpu,
    'cluster.gpu.maxNodes': options.gpuMax,
    'cluster.gpu.spot': options.gpuSpot,
    'cluster.onShortage.upTo': options.waitForQuota === true ? DEFAULT_WAIT : options.waitForQuota,
    'cluster.onShortage.nodeSizes': options.fallbackSizes,
    'storage.sharedKeyAccess': options.sharedKeys,
    'access.kind': options.private === true ? 'private' : undefined,
    'access.allowFrom': options.public,
    members: membersOf(options),
  });

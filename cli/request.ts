import type { StackRequestInput, StackSpec } from '../lib/domain/spec.ts';
import type { StackDetail } from '../lib/api/stack.ts';
import { findStack, namedStack, type Context } from './context.ts';
import { usageError } from './exit.ts';
import type { Options } from './options.ts';

export interface WantedStack {
  name: string;
  request: StackRequestInput;
}

/**
 * What `provision` and `plan` are asked for: flags first, then matcha.config.json, then what the stack
 * already is, then questions. `alsoMissing` names further flags to complain of when nobody can be asked.
 */
export async function wantedStack(
  context: Context,
  argument: string | undefined,
  { alsoMissing = [] }: { alsoMissing?: string[] } = {},
): Promise<WantedStack> {
  const { api, options, config, terminal } = context;
  const named = namedStack(context, argument ?? options.name ?? options.prefix)?.toLowerCase();
  if (!terminal.canAsk) {
    const location = options.location === undefined ? ['--location'] : [];
    requireFlags([...(named === undefined ? ['--name', ...location] : []), ...alsoMissing], options);
  }

  const name = named ?? (await (await questions()).askName());
  const existing = (await findStack(api, name))?.value;
  const known = options.location ?? existing?.location;
  if (!terminal.canAsk && known === undefined) requireFlags(['--location'], options);
  const location = known ?? (await (await questions()).askRegion());

  const chosen = options.preset ?? (options.components === undefined ? config.preset : undefined);
  const isOpen = chosen === undefined && options.components === undefined && existing === undefined;
  const preset =
    isOpen && terminal.canAsk && options.yes !== true
      ? await (await questions()).askPreset((await api('readCatalogue')).value.presets)
      : chosen;
  return {
    name,
    request: stackRequestOf({ ...options, location, ...(preset !== undefined && { preset }) }, existing),
  };
}

const questions = () => import('./prompts.ts');

/** The body of a request; a stack that exists keeps everything that is not asked for otherwise. */
export function stackRequestOf(
  options: Options & { location: string },
  existing?: Pick<StackDetail, 'spec'>,
): StackRequestInput {
  const { cluster: clusterNow, access, storage, lifetime, tags } = existing?.spec ?? {};
  const { location, nodeSize, minNodes, maxNodes, kubernetesVersion, public: allowFrom } = options;
  const { gpu: gpuNow, ...others } = clusterNow ?? {};
  const cluster = definedOnly({
    ...others,
    ...definedOnly({ nodeSize, minNodes, maxNodes, kubernetesVersion, onShortage: shortageOf(options) }),
    gpu: gpuOf(options, gpuNow),
  });
  return {
    location,
    ...definedOnly(contentsOf(options, existing?.spec)),
    ...definedOnly({ access, storage, lifetime, tags }),
    ...(Object.keys(cluster).length > 0 && { cluster }),
    ...(options.private === true && { access: { kind: 'private' } }),
    ...(allowFrom !== undefined && { access: { kind: 'public', allowFrom } }),
  };
}

type ClusterRequest = NonNullable<StackRequestInput['cluster']>;

/** The GPU pool, as far as flags change what there is. */
function gpuOf({ gpu, gpuMax, gpuSpot }: Options, now: ClusterRequest['gpu']): ClusterRequest['gpu'] {
  if (gpu === false) return undefined;
  const nodeSize = gpu ?? now?.nodeSize;
  if (nodeSize !== undefined)
    return { maxNodes: 1, ...now, nodeSize, ...definedOnly({ maxNodes: gpuMax, spot: gpuSpot }) };
  if (gpuMax === undefined && gpuSpot === undefined) return undefined;
  throw usageError(
    '--gpu-max and --gpu-spot need --gpu: there are no GPU nodes yet.',
    'For example: --gpu Standard_NC4as_T4_v3 --gpu-max 2',
  );
}

function shortageOf({ waitForQuota, fallbackSizes }: Options): ClusterRequest['onShortage'] {
  if (fallbackSizes !== undefined) return { do: 'fallback', nodeSizes: fallbackSizes };
  if (waitForQuota === undefined) return undefined;
  return { do: 'wait', ...(waitForQuota !== true && { upTo: waitForQuota }) };
}

function contentsOf(
  { preset, components }: Options,
  existing: Pick<StackSpec, 'preset' | 'components'> | undefined,
): { preset?: string | undefined; components?: string[] | undefined } {
  if (preset !== undefined || components !== undefined || existing === undefined)
    return { preset, components };
  return existing.preset === 'custom' ? { components: existing.components } : { preset: existing.preset };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const definedOnly = <T extends object>(members: T): Defined<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>;

function requireFlags(missing: string[], { input }: Options): void {
  if (missing.length === 0) return;
  const reason = input === false ? 'with --no-input' : 'without a terminal';
  throw usageError(
    `${missing.join(', ')} must be given: nothing can be asked ${reason}.`,
    'For example: matcha provision --name demo --location uksouth --preset default --yes',
  );
}

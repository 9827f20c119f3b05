import type { StackRequestInput, StackSpec } from '../lib/domain/spec.ts';
import type { StackDetail } from '../lib/domain/status.ts';
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
      ? await (await questions()).askPreset((await api.catalogue()).value.presets)
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
  const { location, nodeSize, minNodes, maxNodes, kubernetesVersion, gpu, public: allowFrom } = options;
  const cluster = definedOnly({
    ...clusterNow,
    ...definedOnly({
      nodeSize,
      minNodes,
      maxNodes,
      kubernetesVersion,
      gpu: gpu === undefined ? undefined : { nodeSize: gpu, maxNodes: 1 },
    }),
  });
  return {
    location,
    ...definedOnly(contentsOf(options, existing?.spec)),
    ...definedOnly({ access, storage, lifetime, tags }),
    ...(Object.keys(cluster).length > 0 && { cluster }),
    ...(allowFrom !== undefined && { access: { kind: 'public', allowFrom } }),
  };
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

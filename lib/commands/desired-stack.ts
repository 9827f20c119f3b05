import { createHash } from 'node:crypto';
import { isUnchanged, lossesOf, type PlanChanges } from '../domain/changes.ts';
import { withMeasured } from '../domain/expected.ts';
import type { Plan } from '../domain/plan.ts';
import type { Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import { planProvision } from '../domain/provision.ts';
import { parseRegion, parseStackName, type StackRequest, type StackSpec } from '../domain/spec.ts';
import { withWork } from '../domain/work.ts';
import type { Services } from '../services.ts';
import type { StackRecord, Stored } from '../tables/index.ts';
import { manifestDigestsOf, type ManifestDigests } from './manifest-digests.ts';
import { stoppedTools } from './running-tools.ts';
import { changesOf } from './stack-changes.ts';

export interface DesiredStack {
  spec: StackSpec;
  generation: number;
  suffix: string;
  /** Names of tags that the stack's resources may have by Matcha. */
  tagNames: string[];
  manifestDigests: ManifestDigests;
  plan: Plan;
  /** The stack as it is now; undefined when it is new. */
  current: Stored<StackRecord> | undefined;
  /** As it is now; undefined when it is new or was destroyed before. */
  living: StackRecord | undefined;
}

/** Reads a request against the stack's record: what can be refused without asking Azure is refused here. */
export async function desiredStack(
  { store, catalogue, subscriptionId }: Services,
  principal: Principal,
  name: string,
  { preset, components, ...wanted }: StackRequest,
): Promise<DesiredStack> {
  parseStackName(name);
  const request = { ...wanted, location: parseRegion(wanted.location) };
  const [current, durations] = await Promise.all([store.getStack(name), store.getDurations()]);
  const living = current?.value.phase === 'Destroyed' ? undefined : current?.value;
  const bound = living ?? (current?.value.kept?.length ? current.value : undefined);
  if (bound !== undefined && bound.spec.location !== request.location) {
    const what = living === undefined ? `The data of ${name}` : name;
    throw new ProblemError(
      'IMMUTABLE_FIELD',
      `${what} is in ${bound.spec.location} and cannot move to ${request.location}.`,
    );
  }
  // A preset that the catalogue no longer has is what the stack has of it.
  const isRetired = preset !== undefined && preset === living?.spec.preset && !(preset in catalogue.presets);
  const asked =
    (preset ?? components) && !(isRetired && components === undefined)
      ? { preset, components }
      : { preset: undefined, components: living?.spec.components };
  const spec: StackSpec = {
    apiVersion: 'matcha.dev/v1',
    name,
    ...request,
    ...catalogue.resolve(asked.preset, asked.components, living?.spec.components),
    owner: living?.spec.owner ?? principal.name,
  };
  const isSame = living !== undefined && JSON.stringify(living.spec) === JSON.stringify(spec);
  const generation = (current?.value.generation ?? 0) + (isSame ? 0 : 1);
  const suffix = current?.value.suffix ?? suffixOf(subscriptionId, name);
  const tagNames = current === undefined ? [] : tagNamesOf(current.value);
  const plan = planProvision(spec, generation, suffix, catalogue.components, {
    tagNames,
    ...(living && { installed: living.installed }),
  });
  return {
    spec,
    generation,
    suffix,
    tagNames: [...new Set([...tagNames, ...Object.keys(spec.tags)])],
    manifestDigests: manifestDigestsOf(catalogue, plan),
    plan: withMeasured(plan, durations),
    current,
    living,
  };
}

/**
 * What a request would change: the record of the stack tells of its components, Azure of its resources. Where
 * neither has a change, the cluster tells whether the tools are up.
 */
export async function observedChanges(
  services: Services,
  { spec, living, manifestDigests, plan }: DesiredStack,
): Promise<{ plan: Plan; changes: PlanChanges }> {
  const observed = await services.azure.observe(plan.steps);
  // That Azure does not answer now stops nobody: the steps look again.
  const resources = observed.state === 'ready' ? observed.value : undefined;
  const recorded = changesOf(services.catalogue, spec, { living, manifestDigests, observed: resources });
  const changes =
    isUnchanged(recorded) && living?.phase === 'Ready' ? await withTools(services, plan, recorded) : recorded;
  return { plan: resources === undefined ? plan : withWork(plan, resources, changes), changes };
}

async function withTools(services: Services, plan: Plan, changes: PlanChanges): Promise<PlanChanges> {
  const stopped = await stoppedTools(services, plan);
  if (stopped.state !== 'ready') return { ...changes, isComplete: false };
  return { ...changes, components: stopped.value, unchanged: changes.unchanged - stopped.value.length };
}

/** Refuses to remove what holds data, unless that is allowed. */
export function refuseLosses({ name, preset, components }: StackSpec, changes: PlanChanges): void {
  const losses = lossesOf(changes);
  if (losses.length === 0) return;
  throw new ProblemError('REMOVAL_NOT_ALLOWED', `This would remove ${losses.join(', ')} from ${name}.`, {
    remedies: [
      {
        action: 'provisionStack',
        arguments: { name, ...(preset === 'custom' ? { components } : { preset }), allowRemoval: true },
        text: 'Allow the removal, if this data may be lost for good.',
      },
    ],
  });
}

/** An operation that failed may have set some tags, so those of before it count until one succeeds. */
function tagNamesOf({ spec, phase, generation, observedGeneration, tagNames = [] }: StackRecord): string[] {
  const isApplied = phase !== 'Destroyed' && observedGeneration === generation;
  return [...new Set([...(isApplied ? [] : tagNames), ...Object.keys(spec.tags)])];
}

/** Five letters and digits that are always the same for a stack's name in a subscription. */
function suffixOf(subscriptionId: string, name: string): string {
  const digest = createHash('sha256').update(`${subscriptionId}/${name}`).digest();
  return digest.readUIntBE(0, 6).toString(36).padStart(5, '0').slice(-5);
}

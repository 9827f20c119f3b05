import { createHash } from 'node:crypto';
import { isUnchanged, lossesOf, type PlanChanges, type ResourceChange } from '../domain/changes.ts';
import { withMeasured } from '../domain/expected.ts';
import { gateway } from '../components/gateway.ts';
import { imageName } from '../domain/image.ts';
import { canonicalJson } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { authorize } from '../domain/policy.ts';
import { personOf, type Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import { planProvision } from '../domain/provision.ts';
import { parseStackName, type StackSpec } from '../domain/spec.ts';
import { IMAGE_BUILT } from '../domain/status.ts';
import { requestedFields, type StackRequest } from '../domain/stack-request.ts';
import { withWork } from '../domain/work.ts';
import type { Services } from '../services.ts';
import type { StackRecord, Stored } from '../tables/index.ts';
import { manifestDigestsOf, type ManifestDigests } from './manifest-digests.ts';
import { stoppedTools } from './running-tools.ts';
import { changesOf } from './stack-changes.ts';
import { authorizeMembers, membersAfter } from './team.ts';

export interface DesiredStack {
  spec: StackSpec;
  generation: number;
  suffix: string;
  /** Names of tags that Matcha may have set on the stack's resources. */
  tagNames: string[];
  manifestDigests: ManifestDigests;
  plan: Plan;
  /** The current record; undefined for a new stack. */
  current: Stored<StackRecord> | undefined;
  /** The current record; undefined for a new or destroyed stack. */
  live: StackRecord | undefined;
}

/**
 * Combines a request with the record of the stack, and names of members with the directory. Throws for everything that
 * can be refused without a request to Azure.
 */
export async function desiredStack(
  services: Services,
  principal: Principal,
  command: 'planStack' | 'provisionStack',
  name: string,
  request: StackRequest,
): Promise<DesiredStack> {
  parseStackName(name);
  const { store, catalogue, subscriptionId } = services;
  const { preset, components } = request;
  const [current, durations] = await Promise.all([store.getStack(name), store.getDurations()]);
  const live = current?.value.phase === 'Destroyed' ? undefined : current?.value;
  // Kept data still belongs to the owner of the stack.
  const before = live ?? (current?.value.kept?.length ? current.value : undefined);
  authorize(principal, command, before?.spec);
  const fields = requestedFields(live?.spec ?? (before && { location: before.spec.location }), request);
  if (before !== undefined && before.spec.location !== fields.location) {
    const what = live === undefined ? `The data of ${name}` : name;
    throw new ProblemError(
      'IMMUTABLE_FIELD',
      `${what} is in ${before.spec.location} and cannot move to ${fields.location}.`,
    );
  }
  // A preset that the catalogue no longer has means the current components of the stack.
  const isRetired = preset !== undefined && preset === live?.spec.preset && !(preset in catalogue.presets);
  const asked =
    (preset ?? components) && !(isRetired && components === undefined)
      ? { preset, components }
      : { preset: undefined, components: live?.spec.components };
  const team = before?.spec ?? { owner: personOf(principal), members: [] };
  const members = await membersAfter(services, team, request.members);
  if (command === 'provisionStack') authorizeMembers(principal, name, before?.spec, members);
  const spec: StackSpec = {
    apiVersion: 'matcha.dev/v1',
    name,
    ...fields,
    ...catalogue.resolve(asked.preset, asked.components, live?.spec.components),
    owner: team.owner,
    members,
  };
  if (spec.access.kind === 'public' && catalogue.find(gateway.name) === undefined)
    throw new ProblemError('NO_PUBLIC_ACCESS', `The cluster of ${name} has no gateway for public access.`);
  const isSame = live !== undefined && canonicalJson(live.spec) === canonicalJson(spec);
  const generation = (current?.value.generation ?? 0) + (isSame ? 0 : 1);
  const suffix = current?.value.suffix ?? suffixOf(subscriptionId, name);
  const tagNames = current === undefined ? [] : tagNamesOf(current.value);
  const plan = planProvision(spec, generation, suffix, catalogue.components, {
    tagNames,
    ...(live && { installed: live.installed }),
  });
  return {
    spec,
    generation,
    suffix,
    tagNames: [...new Set([...tagNames, ...Object.keys(spec.tags)])],
    manifestDigests: manifestDigestsOf(catalogue, plan),
    plan: withMeasured(plan, durations),
    current,
    live,
  };
}

/**
 * What a request changes. Changes of components come from the record of the stack, changes of resources from
 * Azure. When there are none, the cluster shows whether the tools run.
 */
export async function observedChanges(
  services: Services,
  { spec, live, manifestDigests, plan }: DesiredStack,
): Promise<{ plan: Plan; changes: PlanChanges }> {
  const observed = await services.azure.observe(plan.steps);
  // A request that Azure does not answer stops nothing: the steps check again.
  const resources = observed.state === 'ready' ? observed.value : undefined;
  const recorded = changesOf(services.catalogue, spec, { live, manifestDigests, observed: resources });
  const complete = { ...recorded, resources: [...recorded.resources, ...missingImages(plan, live)] };
  const changes =
    isUnchanged(complete) && live?.phase === 'Ready'
      ? await withStoppedTools(services, plan, complete)
      : complete;
  return { plan: resources === undefined ? plan : withWork(plan, resources, changes), changes };
}

/** Images of the plan that the last operation of a stack did not build, or of which nothing is known. */
function missingImages({ steps }: Plan, live: StackRecord | undefined): ResourceChange[] {
  const built = live?.conditions.find(({ type, status }) => type === IMAGE_BUILT && status === 'True');
  return steps.flatMap((step): ResourceChange[] => {
    if (live === undefined || step.activity !== 'ensureImage') return [];
    const name = imageName(step.input.image);
    return built?.message === name ? [] : [{ change: 'added', kind: step.title, name, properties: [] }];
  });
}

async function withStoppedTools(services: Services, plan: Plan, changes: PlanChanges): Promise<PlanChanges> {
  const stopped = await stoppedTools(services, plan);
  if (stopped.state !== 'ready') return { ...changes, isComplete: false };
  return { ...changes, components: stopped.value, unchanged: changes.unchanged - stopped.value.length };
}

/** Throws REMOVAL_NOT_ALLOWED when the changes delete data. */
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

/**
 * A failed operation may have set some tags, so the earlier names stay in the list until an operation
 * succeeds.
 */
function tagNamesOf({ spec, phase, generation, observedGeneration, tagNames = [] }: StackRecord): string[] {
  const isApplied = phase !== 'Destroyed' && observedGeneration === generation;
  return [...new Set([...(isApplied ? [] : tagNames), ...Object.keys(spec.tags)])];
}

/** Five letters and digits, constant for a name in a subscription. */
function suffixOf(subscriptionId: string, name: string): string {
  const digest = createHash('sha256').update(`${subscriptionId}/${name}`).digest();
  return digest.readUIntBE(0, 6).toString(36).padStart(5, '0').slice(-5);
}

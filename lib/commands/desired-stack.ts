import { createHash } from 'node:crypto';
import { withMeasured } from '../domain/expected.ts';
import type { Plan } from '../domain/plan.ts';
import type { Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import { planProvision } from '../domain/provision.ts';
import { parseRegion, parseStackName, type StackRequest, type StackSpec } from '../domain/spec.ts';
import type { Services } from '../services.ts';
import type { StackRecord, Stored } from '../tables/index.ts';

export interface DesiredStack {
  spec: StackSpec;
  generation: number;
  suffix: string;
  plan: Plan;
  /** The stack as it is now; undefined when it is new or was destroyed before. */
  current: Stored<StackRecord> | undefined;
}

/** Reads a request against what is there: everything that can be refused is refused here, before anything is made. */
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
  const plan = withMeasured(
    planProvision(spec, generation, suffix, catalogue.components, living?.installed),
    durations,
  );
  return { spec, generation, suffix, plan, current };
}

/** Five letters and digits that are always the same for a stack's name in a subscription. */
function suffixOf(subscriptionId: string, name: string): string {
  const digest = createHash('sha256').update(`${subscriptionId}/${name}`).digest();
  return digest.readUIntBE(0, 6).toString(36).padStart(5, '0').slice(-5);
}

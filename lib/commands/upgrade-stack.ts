import { withMeasured } from '../domain/expected.ts';
import type { Plan } from '../domain/plan.ts';
import type { Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import type { OperationView } from '../api/operation.ts';
import type { PlanView } from '../api/plan.ts';
import { canUpgrade, planUpgrade } from '../domain/upgrade.ts';
import type { CommandContext, Services } from '../services.ts';
import type { StackRecord } from '../tables/index.ts';
import { beginOperation, type RequestOptions } from './begin-operation.ts';
import { refuseIfHibernated, stackFor } from './read-stacks.ts';
import { manifestDigestsOf } from './manifest-digests.ts';
import { stackCost } from './stack-cost.ts';
import { planView } from './views.ts';

/** Shows which components an upgrade changes, with both versions; changes nothing. */
export async function planStackUpgrade(
  services: Services,
  principal: Principal,
  name: string,
): Promise<PlanView> {
  const { value: stack } = await stackFor(services, principal, 'planStackUpgrade', name);
  const plan = await upgradeOf(services, stack);
  refuseUpgrade(stack, plan);
  const moved = new Set(
    plan.steps.flatMap(({ activity, input }) => (activity === 'upgradeComponent' ? [input.component] : [])),
  );
  const view = planView(
    services.catalogue,
    stack.spec,
    stack.suffix,
    plan,
    await stackCost(services, stack.spec),
    stack.versions,
  );
  return {
    ...view,
    components: view.components.filter((component) => moved.has(component.name)),
    resources: [],
  };
}

/** Upgrades the components of a stack to the versions of the catalogue, one at a time. */
export async function upgradeStack(
  context: CommandContext,
  { name, ...options }: { name: string } & RequestOptions,
): Promise<OperationView> {
  const { services, principal } = context;
  const current = await stackFor(services, principal, 'upgradeStack', name);
  const stack = current.value;
  const plan = await upgradeOf(services, stack);
  return beginOperation(context, {
    plan,
    current,
    request: {},
    ...options,
    message: `${principal.name} asked to upgrade ${name}.`,
    // The problem stays: it may concern a component that is not upgraded.
    next: {
      ...stack,
      phase: 'Updating',
      manifestDigests: { ...stack.manifestDigests, ...manifestDigestsOf(services.catalogue, plan) },
    },
    refuse: () => refuseUpgrade(stack, plan),
  });
}

async function upgradeOf(
  { store, catalogue }: Services,
  { spec, suffix, versions }: StackRecord,
): Promise<Plan> {
  return withMeasured(planUpgrade(spec, suffix, catalogue.components, versions), await store.getDurations());
}

function refuseUpgrade(stack: StackRecord, { steps }: Plan): void {
  const { phase, spec } = stack;
  refuseIfHibernated(stack);
  if (!canUpgrade(phase))
    throw new ProblemError('STACK_NOT_PROVISIONED', `${spec.name} is ${phase} and cannot be upgraded.`);
  if (steps.length === 0)
    throw new ProblemError('UP_TO_DATE', `Everything in ${spec.name} has the version of the catalogue.`);
}

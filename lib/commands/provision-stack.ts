import type { Plan } from '../domain/plan.ts';
import { authorize } from '../domain/policy.ts';
import type { Principal } from '../domain/principal.ts';
import type { OperationView } from '../api/operation.ts';
import type { PlanView } from '../api/plan.ts';
import type { StackRequest } from '../domain/spec.ts';
import type { CommandContext, Services } from '../services.ts';
import { beginOperation } from './begin-operation.ts';
import { desiredStack } from './desired-stack.ts';
import { refuseIfHibernated } from './read-stacks.ts';
import { stackCost } from './stack-cost.ts';
import { planView } from './views.ts';

/** Shows what provisioning would do, and does nothing. */
export async function planStack(
  services: Services,
  principal: Principal,
  name: string,
  request: StackRequest,
): Promise<PlanView> {
  authorize(principal, 'planStack');
  const { spec, suffix, plan, current } = await desiredStack(services, principal, name, request);
  refuseIfHibernated(current?.value);
  return planView(
    services.catalogue,
    spec,
    suffix,
    plan,
    await stackCost(services, spec),
    current?.value.versions,
  );
}

export interface ProvisionRequest {
  name: string;
  request: StackRequest;
  chosenId?: string;
}

/** Makes a stack, continues one that failed, or changes one to what is asked now. */
export async function provisionStack(
  context: CommandContext,
  { name, request, chosenId }: ProvisionRequest,
): Promise<OperationView> {
  const { services, principal } = context;
  authorize(principal, 'provisionStack');
  const { spec, generation, suffix, plan, current } = await desiredStack(services, principal, name, request);
  const before = current?.value.phase === 'Destroyed' ? undefined : current?.value;
  return beginOperation(context, {
    plan,
    current,
    request,
    ...(chosenId !== undefined && { chosenId }),
    message: `${principal.name} asked for ${name} (${spec.preset}) in ${spec.location}.`,
    refuse: () => refuseIfHibernated(before),
    next: {
      spec,
      suffix,
      generation,
      observedGeneration: before?.observedGeneration ?? 0,
      phase: before?.phase === 'Ready' || before?.phase === 'Degraded' ? 'Updating' : 'Provisioning',
      conditions: before?.conditions ?? [],
      versions: before?.versions ?? {},
      installed: [...new Set([...(before?.installed ?? []), ...installedBy(plan)])],
      createdAt: before?.createdAt ?? new Date(services.now()).toISOString(),
      ...(before?.lastOperation !== undefined && { lastOperation: before.lastOperation }),
    },
  });
}

const installedBy = ({ steps }: Plan): string[] =>
  steps.flatMap(({ activity, input }) => (activity === 'installComponent' ? [input.component] : []));

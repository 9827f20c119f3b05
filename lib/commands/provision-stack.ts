import { isUnchanged, type PlanChanges } from '../domain/changes.ts';
import { operationIdOf } from '../domain/operation-id.ts';
import type { Plan } from '../domain/plan.ts';
import type { OperationView } from '../api/operation.ts';
import type { PlanView } from '../api/plan.ts';
import type { StackDetail } from '../api/stack.ts';
import { authorize } from '../domain/policy.ts';
import type { Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import { KINDS } from '../domain/resource-kinds.ts';
import type { StackRequest } from '../domain/spec.ts';
import type { CommandContext, Services } from '../services.ts';
import type { StackRecord } from '../tables/index.ts';
import { beginOperation } from './begin-operation.ts';
import { desiredStack, observedChanges, refuseLosses, type DesiredStack } from './desired-stack.ts';
import { getStack, hasCluster, refuseIfHibernated } from './read-stacks.ts';
import { stackCost } from './stack-cost.ts';
import { planView } from './views.ts';

/** Shows what provisioning would change, and does nothing. */
export async function planStack(
  services: Services,
  principal: Principal,
  name: string,
  request: StackRequest,
): Promise<PlanView> {
  authorize(principal, 'planStack');
  const desired = await desiredStack(services, principal, name, request);
  refuseIfHibernated(desired.living);
  const { plan, changes } = await observedChanges(services, desired);
  const cost = await stackCost(services, desired.spec);
  await refuseUnavailable(services, plan, changes);
  const { living } = desired;
  return {
    ...planView(services.catalogue, desired.spec, desired.suffix, plan, cost, living?.versions),
    ...(living && { phase: living.phase }),
    changes,
  };
}

export interface ProvisionRequest {
  name: string;
  request: StackRequest;
  /** Whether components that hold data may be removed. */
  allowRemoval: boolean;
  chosenId?: string;
}

/**
 * Makes a stack, continues one that failed, or changes one to what is asked now. A stack that is Ready as
 * asked stays as it is, and is returned in place of an operation.
 */
export async function provisionStack(
  context: CommandContext,
  { name, request, allowRemoval, chosenId }: ProvisionRequest,
): Promise<{ operation: OperationView } | { stack: StackDetail }> {
  const { services, principal } = context;
  authorize(principal, 'provisionStack');
  const desired = await desiredStack(services, principal, name, request);
  const { spec, current, living } = desired;
  const isIdle =
    living !== undefined && living.activeOperation === undefined && living.phase !== 'Hibernated';
  const isRepeated =
    chosenId !== undefined &&
    (await services.store.getOperation(name, operationIdOf(name, chosenId))) !== undefined;
  const observed = isIdle && !isRepeated ? await observedChanges(services, desired) : undefined;
  if (observed !== undefined && living?.phase === 'Ready') {
    if (isUnchanged(observed.changes)) return { stack: await getStack(services, principal, name) };
    await refuseUnavailable(services, observed.plan, observed.changes);
  }
  const operation = await beginOperation(context, {
    plan: observed?.plan ?? desired.plan,
    current,
    request,
    ...(chosenId !== undefined && { chosenId }),
    message: `${principal.name} asked for ${name} (${spec.preset}) in ${spec.location}.`,
    refuse() {
      refuseIfHibernated(living);
      if (observed !== undefined && !allowRemoval) refuseLosses(spec, observed.changes);
    },
    next: await nextRecord(services, desired),
  });
  return { operation };
}

/** The record of a stack from the beginning of an operation that provisions it. */
async function nextRecord(
  services: Services,
  { spec, suffix, generation, tagNames, manifestDigests, living, plan }: DesiredStack,
): Promise<Omit<StackRecord, 'updatedAt' | 'activeOperation'>> {
  const isUp = living?.phase === 'Ready' || living?.phase === 'Degraded';
  return {
    spec,
    suffix,
    generation,
    tagNames,
    manifestDigests,
    observedGeneration: living?.observedGeneration ?? 0,
    phase: isUp ? 'Updating' : 'Provisioning',
    conditions: living?.conditions ?? [],
    versions: living?.versions ?? {},
    installed: [...new Set([...(living?.installed ?? []), ...installedBy(plan)])],
    createdAt: living?.createdAt ?? new Date(services.now()).toISOString(),
    ...(living !== undefined && (await hasCluster(services, living)) && { hasCluster: true }),
    ...(living?.lastOperation !== undefined && { lastOperation: living.lastOperation }),
  };
}

const installedBy = ({ steps }: Plan): string[] =>
  steps.flatMap(({ activity, input }) => (activity === 'installComponent' ? [input.component] : []));

/** Refuses a Kubernetes version or a size of new nodes that Azure does not have for this stack. */
async function refuseUnavailable(
  { azure }: Services,
  { steps }: Plan,
  { resources }: PlanChanges,
): Promise<void> {
  const cluster = steps.find((step) => step.activity === 'ensureCluster');
  if (cluster === undefined) return;
  const isNewVersion = resources.some(
    ({ kind, change, properties }) =>
      kind === KINDS.cluster &&
      (change === 'added' || properties.some(({ path }) => path === 'kubernetesVersion')),
  );
  const hasNewPool = resources.some(({ kind, change }) => kind === KINDS.pool && change === 'added');
  const checked = await azure.checkAvailability(cluster.input, { isNewVersion, hasNewPool });
  // Where Azure does not answer now, the preflight finds it.
  const [found] = checked.state === 'ready' ? checked.value : [];
  if (found === undefined) return;
  const { code, message, ...details } = found;
  throw new ProblemError(code, message, details);
}

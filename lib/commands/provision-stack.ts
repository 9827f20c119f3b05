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
import { parseStackName } from '../domain/spec.ts';
import type { StackRequest } from '../domain/stack-request.ts';
import { isHeld } from '../domain/verify.ts';
import type { CommandContext, Services } from '../services.ts';
import type { StackRecord } from '../tables/index.ts';
import { beginOperation, repeatedOperation, requestHashOf, type RequestOptions } from './begin-operation.ts';
import { desiredStack, observedChanges, refuseLosses, type DesiredStack } from './desired-stack.ts';
import { refuseIfChanged } from './entity-tag.ts';
import { getStack, hasCluster, refuseIfHibernated } from './read-stacks.ts';
import { stackCost } from './stack-cost.ts';
import { planView } from './views.ts';

/** Shows what a provision changes; changes nothing. */
export async function planStack(
  services: Services,
  principal: Principal,
  name: string,
  request: StackRequest,
): Promise<PlanView> {
  authorize(principal, 'planStack');
  const desired = await desiredStack(services, principal, 'planStack', name, request);
  refuseIfHibernated(desired.live);
  const { plan, changes } = await observedChanges(services, desired);
  const cost = await stackCost(services, desired.spec);
  await refuseUnavailable(services, plan, changes);
  const { live } = desired;
  return {
    ...planView(services.catalogue, desired.spec, desired.suffix, plan, cost, live?.versions),
    ...(live && { phase: live.phase }),
    changes,
  };
}

export interface ProvisionRequest extends RequestOptions {
  name: string;
  request: StackRequest;
  /** Whether components with data may be removed. */
  allowRemoval: boolean;
}

/**
 * Creates a stack, continues a failed provision, or changes a stack. A stack that is Ready and unchanged is
 * returned instead of an operation.
 */
export async function provisionStack(
  context: CommandContext,
  { name, request, allowRemoval, ...options }: ProvisionRequest,
): Promise<{ operation: OperationView } | { stack: StackDetail }> {
  const { services, principal } = context;
  authorize(principal, 'provisionStack');
  parseStackName(name);
  const content = { ...request, allowRemoval };
  if (options.chosenId !== undefined) {
    const id = operationIdOf(name, options.chosenId);
    const requestHash = requestHashOf('provision', content);
    const operation = await repeatedOperation(services, { stack: name, id, requestHash });
    if (operation !== undefined) return { operation };
  }
  const desired = await desiredStack(services, principal, 'provisionStack', name, request);
  const { spec, current, live } = desired;
  const isIdle = live !== undefined && !isHeld(live) && live.phase !== 'Hibernated';
  const observed = isIdle ? await observedChanges(services, desired) : undefined;
  if (observed !== undefined && live?.phase === 'Ready') {
    if (isUnchanged(observed.changes)) {
      refuseIfChanged(name, current, options.ifMatch);
      return { stack: await getStack(services, principal, name) };
    }
    await refuseUnavailable(services, observed.plan, observed.changes);
  }
  const operation = await beginOperation(context, {
    plan: observed?.plan ?? desired.plan,
    current,
    request: content,
    ...options,
    message: `${principal.name} asked for ${name} (${spec.preset}) in ${spec.location}.`,
    refuse() {
      refuseIfHibernated(live);
      if (observed !== undefined && !allowRemoval) refuseLosses(spec, observed.changes);
    },
    next: await nextRecord(services, desired),
  });
  return { operation };
}

/** The record of a stack when an operation starts to provision it. */
async function nextRecord(
  services: Services,
  { spec, suffix, generation, tagNames, manifestDigests, live, plan }: DesiredStack,
): Promise<Omit<StackRecord, 'updatedAt' | 'activeOperation'>> {
  const isUp = live?.phase === 'Ready' || live?.phase === 'Degraded';
  return {
    spec,
    suffix,
    generation,
    tagNames,
    manifestDigests,
    observedGeneration: live?.observedGeneration ?? 0,
    phase: isUp ? 'Updating' : 'Provisioning',
    conditions: live?.conditions ?? [],
    versions: live?.versions ?? {},
    installed: [...new Set([...(live?.installed ?? []), ...installedBy(plan)])],
    createdAt: live?.createdAt ?? new Date(services.now()).toISOString(),
    ...(live !== undefined && (await hasCluster(services, live)) && { hasCluster: true }),
    ...(live?.lastOperation !== undefined && { lastOperation: live.lastOperation }),
  };
}

const installedBy = ({ steps }: Plan): string[] =>
  steps.flatMap(({ activity, input }) => (activity === 'installComponent' ? [input.component] : []));

/** Throws when Azure does not offer the Kubernetes version or the size of new nodes. */
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
  // When Azure does not answer now, the preflight checks it.
  const [found] = checked.state === 'ready' ? checked.value : [];
  if (found === undefined) return;
  const { code, message, ...details } = found;
  throw new ProblemError(code, message, details);
}

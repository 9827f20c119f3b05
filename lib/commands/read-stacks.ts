import { costPerDay } from '../domain/cost.ts';
import { stackOf } from '../domain/operation-id.ts';
import type { OperationKind } from '../domain/plan.ts';
import { authorize, type CommandName } from '../domain/policy.ts';
import { quote } from '../domain/quote.ts';
import type { Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import type { OperationView, ReceiptList } from '../api/operation.ts';
import type { EventList, StackDetail, StackList, StackView } from '../api/stack.ts';
import type { StepRecord } from '../domain/status.ts';
import type { Services } from '../services.ts';
import { STACK_NAME } from '../domain/stack-name.ts';
import type { PageRequest, StackRecord, Stored } from '../tables/index.ts';
import { entityTagOf } from './entity-tag.ts';
import { keptStorageCost, stackCost } from './stack-cost.ts';
import { operationView, stackView } from './views.ts';

/** Returns the record of a stack; throws STACK_NOT_FOUND. */
export async function existingStack(
  { store }: Pick<Services, 'store'>,
  name: string,
): Promise<Stored<StackRecord>> {
  const stack = STACK_NAME.test(name) ? await store.getStack(name) : undefined;
  if (stack === undefined) throw new ProblemError('STACK_NOT_FOUND', `There is no stack ${quote(name)}.`);
  return stack;
}

/** The record of a stack on which the caller may run a command. Throws NOT_ALLOWED and STACK_NOT_FOUND. */
export async function stackFor(
  services: Pick<Services, 'store'>,
  principal: Principal,
  command: CommandName,
  name: string,
): Promise<Stored<StackRecord>> {
  authorize(principal, command);
  const stack = await existingStack(services, name);
  authorize(principal, command, stack.value.spec);
  return stack;
}

/** Throws STACK_HIBERNATED when the cluster of the stack is stopped. */
export function refuseIfHibernated(stack: StackRecord | undefined): void {
  if (stack?.phase !== 'Hibernated') return;
  throw new ProblemError('STACK_HIBERNATED', `${stack.spec.name} is hibernated.`);
}

/** The kind of the last operation of a stack. */
export async function lastKindOf(
  { store }: Services,
  { spec, lastOperation }: StackRecord,
): Promise<OperationKind | undefined> {
  if (lastOperation === undefined) return undefined;
  return (await store.getOperation(spec.name, lastOperation))?.kind;
}

/** A page of the stacks by name. Destroyed stacks are included on request, or when their data was kept. */
export async function listStacks(
  services: Services,
  principal: Principal,
  { all, ...request }: PageRequest & { all: boolean },
): Promise<StackList> {
  authorize(principal, 'listStacks');
  const { items, ...next } = await services.store.listStacks(request);
  const views = await Promise.all(items.map((stack) => withCost(services, stack)));
  const stacks = views.filter(({ phase, kept }) => all || phase !== 'Destroyed' || kept !== undefined);
  return { stacks: stacks.sort((a, b) => a.name.localeCompare(b.name)), ...next };
}

/** A stack with its active or last operation. */
export async function getStack(services: Services, principal: Principal, name: string): Promise<StackDetail> {
  authorize(principal, 'getStack');
  const found = await existingStack(services, name);
  const { value: stack } = found;
  const id = stack.activeOperation ?? stack.lastOperation;
  const operation = id === undefined ? undefined : await readOperation(services, id);
  return {
    ...(await withCost(services, stack, operation?.steps)),
    spec: stack.spec,
    ...(operation && { operation }),
    etag: entityTagOf(found),
  };
}

export async function getOperation(
  services: Services,
  principal: Principal,
  id: string,
): Promise<OperationView> {
  authorize(principal, 'getOperation');
  const operation = await readOperation(services, id);
  if (operation === undefined)
    throw new ProblemError('OPERATION_NOT_FOUND', `There is no operation ${quote(id)}.`);
  return operation;
}

/** A page of the events of a stack, newest first. */
export async function listEvents(
  services: Services,
  principal: Principal,
  { name, ...request }: PageRequest & { name: string },
): Promise<EventList> {
  authorize(principal, 'listEvents');
  await existingStack(services, name);
  const { items: events, ...next } = await services.store.listEvents(name, request);
  return { events, ...next };
}

/** Whether the stack has a cluster, which is most of its cost. */
export async function hasCluster(
  { store }: Services,
  stack: StackRecord,
  known?: readonly StepRecord[],
): Promise<boolean> {
  if (stack.observedGeneration > 0 || stack.hasCluster === true) return true;
  const id = stack.activeOperation ?? stack.lastOperation;
  const steps = known ?? (id === undefined ? [] : await store.listSteps(stack.spec.name, id));
  return steps.some((step) => step.id === 'cluster' && step.state === 'done');
}

/** A page of what the destroy operations of a stack found and deleted, newest first. */
export async function listReceipts(
  { store }: Services,
  principal: Principal,
  { name, ...request }: PageRequest & { name: string },
): Promise<ReceiptList> {
  authorize(principal, 'listReceipts');
  await existingStack({ store }, name);
  const { items: receipts, ...next } = await store.listReceipts(name, request);
  return { receipts, ...next };
}

/** The view of a stack with its current cost. `steps` are those of its active or last operation. */
async function withCost(
  services: Services,
  stack: StackRecord,
  steps?: readonly StepRecord[],
): Promise<StackView> {
  const { phase, spec, kept = [] } = stack;
  if (phase === 'Destroyed' && kept.length === 0) return stackView(stack);
  if (phase !== 'Destroyed' && !(await hasCluster(services, stack, steps)))
    return { ...stackView(stack), costPerDay: 0 };
  const cost = await (phase === 'Destroyed' ? keptStorageCost : stackCost)(services, spec);
  const perDay = costPerDay(cost, phase === 'Hibernated');
  return { ...stackView(stack), ...(perDay !== undefined && { costPerDay: perDay }) };
}

async function readOperation({ store }: Services, id: string): Promise<OperationView | undefined> {
  const stack = stackOf(id);
  if (stack === undefined) return undefined;
  const [operation, steps] = await Promise.all([store.getOperation(stack, id), store.listSteps(stack, id)]);
  return operation && operationView(operation, steps);
}

import { stackOf } from '../domain/operation-id.ts';
import { authorize, type Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import type { OperationView, StackDetail, StackEvent, StackView } from '../domain/status.ts';
import type { Services } from '../services.ts';
import { STACK_NAME } from '../domain/spec.ts';
import type { StackRecord, Stored } from '../tables/index.ts';
import { operationView, stackView } from './views.ts';

/** The record of a stack, or the problem that there is none. */
export async function existingStack({ store }: Services, name: string): Promise<Stored<StackRecord>> {
  const stack = STACK_NAME.test(name) ? await store.getStack(name) : undefined;
  if (stack === undefined) throw new ProblemError('STACK_NOT_FOUND', `There is no stack "${name}".`);
  return stack;
}

/** Every stack by name; destroyed ones only when asked for. */
export async function listStacks(
  { store }: Services,
  principal: Principal,
  withDestroyed: boolean,
): Promise<StackView[]> {
  authorize(principal, 'Reader');
  const stacks = (await store.listStacks()).map(stackView);
  return stacks
    .filter(({ phase }) => withDestroyed || phase !== 'Destroyed')
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** A stack with the operation that holds it, or that held it last. */
export async function getStack(services: Services, principal: Principal, name: string): Promise<StackDetail> {
  authorize(principal, 'Reader');
  const { value: stack } = await existingStack(services, name);
  const id = stack.activeOperation ?? stack.lastOperation;
  const operation = id === undefined ? undefined : await readOperation(services, id);
  return { ...stackView(stack), spec: stack.spec, ...(operation && { operation }) };
}

export async function getOperation(
  services: Services,
  principal: Principal,
  id: string,
): Promise<OperationView> {
  authorize(principal, 'Reader');
  const operation = await readOperation(services, id);
  if (operation === undefined)
    throw new ProblemError('OPERATION_NOT_FOUND', `There is no operation "${id}".`);
  return operation;
}

/** What happened to a stack, newest first. */
export async function listEvents(
  services: Services,
  principal: Principal,
  name: string,
): Promise<StackEvent[]> {
  authorize(principal, 'Reader');
  await existingStack(services, name);
  return services.store.listEvents(name);
}

async function readOperation({ store }: Services, id: string): Promise<OperationView | undefined> {
  const stack = stackOf(id);
  const operation = stack === undefined ? undefined : await store.getOperation(stack, id);
  return operation && operationView(operation, await store.listSteps(operation.stack, id));
}

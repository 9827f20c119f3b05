import { createHash, randomUUID } from 'node:crypto';
import { operationIdOf } from '../domain/operation-id.ts';
import type { Plan } from '../domain/plan.ts';
import { ProblemError } from '../domain/problem.ts';
import type { OperationRun } from '../domain/run.ts';
import type { OperationView } from '../api/operation.ts';
import { withReadiness } from '../domain/status.ts';
import type { CommandContext, Services } from '../services.ts';
import type { OperationRecord, StackRecord, Stored } from '../tables/index.ts';
import { operationView } from './views.ts';

export interface Beginning {
  plan: Plan;
  current: Stored<StackRecord> | undefined;
  /** The stack as it will be while the operation runs. */
  next: Omit<StackRecord, 'updatedAt' | 'activeOperation'>;
  /** What the caller chose to tell a repeated request from a second one. */
  chosenId?: string;
  /** What was asked, to tell it from something else under the same id. */
  request: unknown;
  message: string;
  /** Throws where the stack is in no state for this; a repeated request is answered before. */
  refuse?: () => void;
}

/**
 * Begins an operation on a stack that no other one holds. The record comes first and the engine second: if
 * the process dies in between, the reconciler starts what the record promises.
 */
export async function beginOperation(
  { services, workflows, principal, log }: CommandContext,
  beginning: Beginning,
): Promise<OperationView> {
  const { plan, current, next, chosenId, request, message, refuse } = beginning;
  const { store, now } = services;
  const id = operationIdOf(plan.stack, chosenId ?? randomUUID().slice(0, 8));
  const at = new Date(now()).toISOString();
  const operation: OperationRecord = {
    id,
    stack: plan.stack,
    kind: plan.kind,
    state: 'Running',
    plan,
    requestedBy: principal.name,
    requestHash: createHash('sha256')
      .update(JSON.stringify([plan.kind, request]))
      .digest('hex'),
    startedAt: at,
  };
  if (chosenId !== undefined) {
    const repeated = await repeatedOperation(services, operation);
    if (repeated !== undefined) return repeated;
  }
  refuseIfHeld(current?.value);
  refuse?.();
  const committed = await store.commit({
    stack: {
      ...next,
      conditions: withReadiness(next.conditions, { ...next, at }),
      activeOperation: id,
      updatedAt: at,
    },
    etag: current?.etag,
    operation,
    event: { at, kind: `${plan.kind}.requested`, actor: principal.name, message, operation: id },
  });
  if (!committed) {
    const found = await store.getStack(plan.stack);
    // When only the answer to the commit was lost, the operation that holds the stack is this one.
    if (found?.value.activeOperation !== id) {
      refuseIfHeld(found?.value);
      throw new ProblemError('STACK_CHANGED', `${plan.stack} was changed by somebody else at the same time.`);
    }
  }
  log('info', {
    event: 'operation.requested',
    stack: plan.stack,
    operation: id,
    kind: plan.kind,
    actor: principal.name,
  });
  await workflows.start(runOf(operation));
  return operationView(operation, []);
}

/** What the engine needs to run an operation. */
export const runOf = ({ id, stack, kind, plan }: OperationRecord): OperationRun => ({
  id,
  stack,
  kind,
  steps: plan.steps,
});

async function repeatedOperation(
  { store }: Services,
  operation: OperationRecord,
): Promise<OperationView | undefined> {
  const found = await store.getOperation(operation.stack, operation.id);
  if (found === undefined) return undefined;
  if (found.requestHash === operation.requestHash) {
    return operationView(found, await store.listSteps(found.stack, found.id));
  }
  throw new ProblemError('OPERATION_ID_REUSED', `Operation ${operation.id} was another request.`);
}

function refuseIfHeld(stack: StackRecord | undefined): void {
  if (stack?.activeOperation === undefined) return;
  throw new ProblemError(
    'OPERATION_IN_PROGRESS',
    `${stack.spec.name} is held by operation ${stack.activeOperation}.`,
    {
      operationId: stack.activeOperation,
    },
  );
}

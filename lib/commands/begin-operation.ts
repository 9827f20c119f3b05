import { createHash, randomUUID } from 'node:crypto';
import { operationIdOf } from '../domain/operation-id.ts';
import type { Plan } from '../domain/plan.ts';
import { ProblemError } from '../domain/problem.ts';
import type { OperationRun } from '../domain/run.ts';
import type { OperationView } from '../api/operation.ts';
import { endingText, withReadiness } from '../domain/status.ts';
import type { CommandContext, Services } from '../services.ts';
import type { OperationRecord, StackRecord, Stored } from '../tables/index.ts';
import { operationView } from './views.ts';

export interface OperationRequest {
  plan: Plan;
  current: Stored<StackRecord> | undefined;
  /** The record of the stack while the operation runs. */
  next: Omit<StackRecord, 'updatedAt' | 'activeOperation'>;
  /** The part of the operation id that the caller chose, to identify a repeated request. */
  chosenId?: string;
  /** The content of the request, to distinguish it from another request with the same id. */
  request: unknown;
  message: string;
  /**
   * Throws when the state of the stack does not allow the operation. A repeated request is answered before.
   */
  refuse?: () => void;
}

/**
 * Starts an operation on a stack that no other operation holds. The record is stored before the engine
 * starts: if the process dies in between, the reconciler starts the recorded operation.
 */
export async function beginOperation(
  { services, workflows, principal, log }: CommandContext,
  operationRequest: OperationRequest,
): Promise<OperationView> {
  const { plan, current, next, chosenId, request, message, refuse } = operationRequest;
  const { store, now } = services;
  const id = operationIdOf(plan.stack, chosenId ?? randomUUID().slice(0, 8));
  const at = new Date(now()).toISOString();
  const epoch = (current?.value.epoch ?? 0) + 1;
  const operation: OperationRecord = {
    id,
    epoch,
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
      epoch,
      updatedAt: at,
    },
    etag: current?.etag,
    operation,
    event: { at, kind: `${plan.kind}.requested`, actor: principal.name, message, operation: id },
  });
  if (!committed) {
    const found = await store.getStack(plan.stack);
    // When only the response to the commit was lost, this operation holds the stack.
    if (found?.value.activeOperation !== id) {
      refuseIfHeld(found?.value);
      throw new ProblemError(
        'STACK_CHANGED',
        `${plan.stack} was changed by another request at the same time.`,
      );
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

/** The input of the orchestration of an operation. */
export const runOf = ({ id, stack, kind, epoch }: OperationRecord): OperationRun => ({
  id,
  stack,
  kind,
  epoch,
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
  const { spec, activeOperation: operationId, ending } = stack;
  const held = `${spec.name} is held by operation ${operationId}`;
  throw new ProblemError('OPERATION_IN_PROGRESS', ending ? `${held}, which is being ended.` : `${held}.`, {
    operationId,
    ...(ending && { cause: endingText(ending) }),
  });
}

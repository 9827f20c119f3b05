import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson } from '../domain/json.ts';
import { operationIdOf } from '../domain/operation-id.ts';
import { actorOf } from '../domain/principal.ts';
import type { OperationKind, Plan } from '../domain/plan.ts';
import { ProblemError } from '../domain/problem.ts';
import type { OperationRun } from '../domain/run.ts';
import type { OperationView } from '../api/operation.ts';
import { specChanges } from '../domain/spec-changes.ts';
import { endingText, stackStateOf, withReadiness } from '../domain/status.ts';
import { isHeld } from '../domain/verify.ts';
import type { CommandContext, Services } from '../services.ts';
import type { OperationRecord, StackRecord, Stored } from '../tables/index.ts';
import { displacedBy } from './displace.ts';
import { refuseIfChanged } from './entity-tag.ts';
import { operationView } from './views.ts';

/** What a caller may send with every request that starts an operation. */
export interface RequestOptions {
  /** The part of the operation id that the caller chose, to identify a repeated request. */
  chosenId?: string;
  /** The ETags that the stack may have, as in the header If-Match. */
  ifMatch?: string;
}

export interface OperationRequest extends RequestOptions {
  plan: Plan;
  current: Stored<StackRecord> | undefined;
  /** The record of the stack while the operation runs. */
  next: Omit<StackRecord, 'updatedAt' | 'activeOperation'>;
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
  context: CommandContext,
  operationRequest: OperationRequest,
): Promise<OperationView> {
  const { services, workflows, principal, log } = context;
  const { plan, current, next, chosenId, ifMatch, request, message, refuse } = operationRequest;
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
    requestedBy: actorOf(principal),
    requestHash: requestHashOf(plan.kind, request),
    startedAt: at,
  };
  if (chosenId !== undefined) {
    const repeated = await repeatedOperation(services, operation);
    if (repeated !== undefined) return repeated;
  }
  refuseIfChanged(plan.stack, current, ifMatch);
  const displaced = await displacedBy(services, current?.value, operation);
  if (displaced === undefined) refuseIfHeld(current?.value);
  refuse?.();
  const { ending: _, verifying: _verifying, ...record } = next;
  const earlier = displaced?.mark ?? current?.value.displaced;
  const committed = await store.commit({
    stack: {
      ...record,
      conditions: withReadiness(next.conditions, { ...next, at }),
      ...(earlier && { displaced: earlier }),
      ...(plan.kind === 'verify' && { verifying: true }),
      activeOperation: id,
      epoch,
      updatedAt: at,
    },
    etag: current?.etag,
    operation,
    ...(displaced?.change && { displaced: displaced.change }),
    event: {
      at,
      kind: `${plan.kind}.requested`,
      ...actorOf(principal),
      message,
      operation: id,
      ...(current && { before: stackStateOf(current.value) }),
      after: stackStateOf(next),
      ...changesSince(current?.value, next),
    },
  });
  if (!committed) {
    const again = await rebased(services, operationRequest, operation);
    if (again !== undefined) return beginOperation(context, again);
  }
  const accepted = committed ? operation : await acceptedAtOnce(services, operation, ifMatch);
  if (displaced !== undefined)
    log('info', { event: 'operation.displaced', stack: plan.stack, operation: displaced.mark.operation });
  log('info', {
    event: 'operation.requested',
    stack: plan.stack,
    operation: id,
    kind: plan.kind,
    actor: principal.name,
  });
  await workflows.start(runOf(accepted));
  return operationView(accepted, []);
}

/**
 * The same request for the stack as it is now, when only a verification began or ended since it was read: that is no
 * reason to refuse another operation.
 */
async function rebased(
  { store }: Services,
  request: OperationRequest,
  operation: OperationRecord,
): Promise<OperationRequest | undefined> {
  const before = request.current?.value;
  if (before === undefined || operation.kind === 'verify') return undefined;
  if ((await storedOperation(store, operation)) !== undefined) return undefined;
  const found = await store.getStack(operation.stack);
  if (found === undefined || isHeld(found.value)) return undefined;
  const isChanged =
    found.value.lastOperation !== before.lastOperation || found.value.generation !== before.generation;
  if (isChanged) return undefined;
  return { ...request, current: found, next: { ...request.next, conditions: found.value.conditions } };
}

/** What of the spec an operation changes; nothing for a stack that does not exist before. */
function changesSince(
  before: StackRecord | undefined,
  { spec }: Pick<StackRecord, 'spec'>,
): { changed?: string[] } {
  const changed = before === undefined || before.phase === 'Destroyed' ? [] : specChanges(before.spec, spec);
  return changed.length === 0 ? {} : { changed };
}

/** Distinguishes a repeated request from another request with the same id. */
export const requestHashOf = (kind: OperationKind, request: unknown): string =>
  createHash('sha256')
    .update(canonicalJson([kind, request]))
    .digest('hex');

/**
 * The stored operation when its record could not be committed: only the response to the commit was lost, or the
 * same request was accepted at the same time. Throws when another request was.
 */
async function acceptedAtOnce(
  { store }: Services,
  operation: OperationRecord,
  ifMatch: string | undefined,
): Promise<OperationRecord> {
  const stored = await storedOperation(store, operation);
  if (stored !== undefined) return stored;
  const found = await store.getStack(operation.stack);
  refuseIfChanged(operation.stack, found, ifMatch);
  refuseIfHeld(found?.value);
  throw new ProblemError(
    'STACK_CHANGED',
    `${operation.stack} was changed by another request at the same time.`,
  );
}

/** The input of the orchestration of an operation. */
export const runOf = ({ id, stack, kind, epoch }: OperationRecord): OperationRun => ({
  id,
  stack,
  kind,
  epoch,
});

type Identity = Pick<OperationRecord, 'stack' | 'id' | 'requestHash'>;

/** The operation that an earlier, equal request started. Throws OPERATION_ID_REUSED when it was another request. */
export async function repeatedOperation(
  { store }: Pick<Services, 'store'>,
  identity: Identity,
): Promise<OperationView | undefined> {
  const found = await storedOperation(store, identity);
  return found && operationView(found, await store.listSteps(found.stack, found.id));
}

async function storedOperation(
  store: Services['store'],
  { stack, id, requestHash }: Identity,
): Promise<OperationRecord | undefined> {
  const found = await store.getOperation(stack, id);
  if (found === undefined || found.requestHash === requestHash) return found;
  throw new ProblemError('OPERATION_ID_REUSED', `Operation ${id} was another request.`);
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

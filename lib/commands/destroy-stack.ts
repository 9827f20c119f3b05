import { planDestroy, destroyInput } from '../domain/destroy.ts';
import { resourceNames } from '../domain/names.ts';
import { authorize } from '../domain/policy.ts';
import type { Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import type { OperationView } from '../api/operation.ts';
import type { Inventory } from '../domain/status.ts';
import type { CommandContext, Services } from '../services.ts';
import type { StackRecord } from '../tables/index.ts';
import { beginOperation } from './begin-operation.ts';
import { existingStack } from './read-stacks.ts';
import { valueOf } from './value-of.ts';

export interface DestroyRequest {
  name: string;
  /** Leaves the storage account, with its containers, in the resource group. */
  keepData: boolean;
  chosenId?: string;
}

/**
 * Takes a stack away, whole or half made, and ends with a receipt. A stack that is destroyed already may be
 * destroyed again: that takes away what was kept, and otherwise finds nothing and says so.
 */
export async function destroyStack(
  context: CommandContext,
  { name, keepData, chosenId }: DestroyRequest,
): Promise<OperationView> {
  const { services, principal } = context;
  authorize(principal, 'destroyStack');
  const current = await existingStack(services, name);
  const { problem: _, ...stack } = current.value;
  if (stack.spec.lifetime.protected) throw new ProblemError('STACK_PROTECTED', `${name} is protected.`);
  return beginOperation(context, {
    plan: planDestroy(name, stack.suffix, { keepData, known: await leftBefore(services, stack) }),
    current,
    request: { keepData },
    ...(chosenId !== undefined && { chosenId }),
    message: `${principal.name} asked to destroy ${name}${keepData ? ' and to keep its data' : ''}.`,
    next: { ...stack, phase: 'Destroying' },
  });
}

/** What destroying would take away now, and what it would leave; does nothing. */
export async function previewDestroy(
  services: Services,
  principal: Principal,
  { name, keepData }: DestroyRequest,
): Promise<Inventory> {
  authorize(principal, 'getInventory');
  const { value: stack } = await existingStack(services, name);
  const known = await leftBefore(services, stack);
  const inventory = await services.azure.inventory(
    destroyInput(name, stack.suffix, { keepData, known }),
    known,
  );
  return valueOf(inventory, 'AZURE_UNAVAILABLE');
}

/** Ids outside the stack's group that the last destruction did not get rid of; what is inside is found by itself. */
async function leftBefore(
  { store }: Services,
  { spec, suffix, lastOperation }: Pick<StackRecord, 'spec' | 'suffix' | 'lastOperation'>,
): Promise<string[]> {
  const receipt = lastOperation === undefined ? undefined : await store.getReceipt(spec.name, lastOperation);
  const group = `/${resourceNames(spec.name, suffix).resourceGroup}/`;
  return (receipt?.left ?? []).filter((id) => !`${id}/`.toLowerCase().includes(group));
}

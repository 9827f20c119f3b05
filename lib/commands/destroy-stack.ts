import { planDestroy, destroyInput } from '../domain/destroy.ts';
import { resourceNames } from '../domain/names.ts';
import type { Principal } from '../domain/principal.ts';
import { ProblemError } from '../domain/problem.ts';
import type { OperationView } from '../api/operation.ts';
import type { Inventory } from '../domain/status.ts';
import type { CommandContext, Services } from '../services.ts';
import type { StackRecord } from '../tables/index.ts';
import { beginOperation, type RequestOptions } from './begin-operation.ts';
import { stackFor } from './read-stacks.ts';
import { valueOf } from './value-of.ts';

export interface DestroyRequest extends RequestOptions {
  name: string;
  /** Keeps the storage account with its containers, and the resource group. */
  keepData: boolean;
}

/**
 * Destroys a complete or partial stack and writes a receipt. A destroyed stack can be destroyed again: that
 * deletes what was kept, or finds nothing.
 */
export async function destroyStack(
  context: CommandContext,
  { name, keepData, ...options }: DestroyRequest,
): Promise<OperationView> {
  const { services, principal } = context;
  const current = await stackFor(services, principal, 'destroyStack', name);
  const { problem: _, ...stack } = current.value;
  return beginOperation(context, {
    plan: planDestroy(name, stack.suffix, { keepData, known: await leftByLastDestroy(services, stack) }),
    current,
    request: { keepData },
    ...options,
    message: `${principal.name} asked to destroy ${name}${keepData ? ' and to keep its data' : ''}.`,
    next: { ...stack, phase: 'Destroying' },
    refuse() {
      if (stack.spec.lifetime.protected) throw new ProblemError('STACK_PROTECTED', `${name} is protected.`);
    },
  });
}

/** Shows what a destroy operation deletes and keeps; changes nothing. */
export async function previewDestroy(
  services: Services,
  principal: Principal,
  { name, keepData }: DestroyRequest,
): Promise<Inventory> {
  const { value: stack } = await stackFor(services, principal, 'getInventory', name);
  const known = await leftByLastDestroy(services, stack);
  const inventory = await services.azure.inventory(
    destroyInput(name, stack.suffix, { keepData, known }),
    known,
  );
  return valueOf(inventory, 'AZURE_UNAVAILABLE');
}

/**
 * Ids outside the stack's group that the last destroy operation left. Resources inside the group are found
 * without a list.
 */
async function leftByLastDestroy(
  { store }: Services,
  { spec, suffix, lastOperation }: Pick<StackRecord, 'spec' | 'suffix' | 'lastOperation'>,
): Promise<string[]> {
  const receipt = lastOperation === undefined ? undefined : await store.getReceipt(spec.name, lastOperation);
  const group = `/${resourceNames(spec.name, suffix).resourceGroup}/`;
  return (receipt?.left ?? []).filter((id) => !`${id}/`.toLowerCase().includes(group));
}

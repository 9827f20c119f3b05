import { MINUTE } from '../domain/duration.ts';
import type { ComponentInput } from '../domain/plan.ts';
import type { Services } from '../services.ts';

/**
 * The longest time until storage honors a new role, in seconds (learn.microsoft.com, "Troubleshoot Azure RBAC": up to
 * 10 minutes).
 */
const ROLE_DELAY = 10 * MINUTE;

/**
 * The reason why a tool that fails may only lack its access to storage: its role is new. Undefined when it is not. A tool
 * hides the reason in its error. `tried` is when it began to try, in milliseconds since the epoch.
 */
export async function newRole(
  { azure }: Services,
  { resourceGroup, identity }: ComponentInput,
  tried: number,
): Promise<string | undefined> {
  if (identity === undefined) return undefined;
  const assigned = await azure.newestRole(resourceGroup, identity);
  const isNew =
    assigned.state === 'ready' && assigned.value !== undefined && tried < assigned.value + ROLE_DELAY * 1000;
  return isNew
    ? `Its role on the storage is new; Azure takes up to ${ROLE_DELAY / MINUTE} minutes.`
    : undefined;
}

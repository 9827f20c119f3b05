import type { App } from '../../lib/app.ts';
import { noteCaller } from '../../lib/commands/sign-in.ts';
import { NoRoleError } from '../../lib/domain/policy.ts';
import type { Principal } from '../../lib/domain/principal.ts';
import type { Log } from '../../lib/telemetry/log.ts';

/** Identifies the caller of a request, and remembers who it was. Throws what `authenticate` throws. */
export async function callerOf(
  { authenticate, services }: App,
  headers: { get(name: string): string | null },
  log: Log,
): Promise<Principal> {
  try {
    const caller = await authenticate(headers);
    await noteCaller({ services, log }, caller, caller.role);
    return caller;
  } catch (error) {
    if (error instanceof NoRoleError) await noteCaller({ services, log }, error.person, undefined);
    throw error;
  }
}

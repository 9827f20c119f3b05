import type { PreflightInput } from '../../domain/plan.ts';
import type { Finding } from '../../domain/problem.ts';
import type { AzureClients, AzureOptions } from '../clients.ts';

/** What every check works with. */
export interface CheckContext {
  clients: AzureClients;
  options: AzureOptions;
  input: PreflightInput;
  /** Whether the stack's resource group exists, and whose it is. */
  group: 'absent' | 'ours' | 'deleting' | 'foreign';
}

/** Finds what would make a stack fail; nothing when all is well. Throws what its requests throw. */
export type Check = (context: CheckContext) => Promise<Finding[]>;

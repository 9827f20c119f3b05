import type { PreflightInput } from '../../domain/plan.ts';
import type { Finding } from '../../domain/problem.ts';
import type { AzureClients, AzureOptions } from '../clients.ts';

/** The input of every check. */
export interface CheckContext {
  clients: AzureClients;
  options: AzureOptions;
  input: PreflightInput;
  /** Whether the stack's resource group exists, and whether it belongs to the stack. */
  group: 'absent' | 'ours' | 'deleting' | 'foreign';
}

/** Finds problems that would make a stack fail. Throws the errors of its requests. */
export type Check = (context: CheckContext) => Promise<Finding[]>;

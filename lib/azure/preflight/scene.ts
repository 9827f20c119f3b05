import type { PreflightInput } from '../../domain/plan.ts';
import type { Finding } from '../../domain/problem.ts';
import type { AzureClients, AzureOptions } from '../clients.ts';

/** What every check may look at. */
export interface Scene {
  clients: AzureClients;
  options: AzureOptions;
  input: PreflightInput;
  /** Whose the stack's resource group is: nobody's yet, the stack's (perhaps on its way out), or another's. */
  group: 'absent' | 'ours' | 'leaving' | 'foreign';
}

/** Finds what stands in the way of a stack; nothing when all is well. Throws what its requests throw. */
export type Check = (scene: Scene) => Promise<Finding[]>;

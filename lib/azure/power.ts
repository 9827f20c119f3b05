import type { Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import type { AzureClients } from './clients.ts';
import { attempt } from './reconcile.ts';

/** Stops the cluster; its state stays, its nodes and their cost go. */
export const stopCluster = (
  _clients: AzureClients,
  _input: StepInputs['stopCluster'],
  _resume?: string,
): Promise<Outcome> => attempt('AKS cluster', () => Promise.reject(new Error('stopCluster')));

/** Starts a stopped cluster. */
export const startCluster = (
  _clients: AzureClients,
  _input: StepInputs['startCluster'],
  _resume?: string,
): Promise<Outcome> => attempt('AKS cluster', () => Promise.reject(new Error('startCluster')));

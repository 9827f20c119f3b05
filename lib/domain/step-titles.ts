import type { StepActivity } from './plan.ts';
import { KINDS, titleOf } from './resource-kinds.ts';

/** Titles of the steps that work on Azure. Messages about a step begin with its title. */
export const STEP_TITLES = {
  preflight: 'Preflight',
  ensureResourceGroup: titleOf(KINDS.group),
  ensureStorage: titleOf(KINDS.account),
  ensureRegistry: titleOf(KINDS.registry),
  ensureImage: 'Pipeline image',
  ensureIdentities: 'Identities',
  ensureStorageRoles: 'Roles',
  ensureCluster: titleOf(KINDS.cluster),
  ensureClusterAccess: 'Cluster access',
  ensureTeamAccess: 'Team access',
  removeUnused: 'Unused resources',
  stopCluster: titleOf(KINDS.cluster),
  startCluster: titleOf(KINDS.cluster),
  takeInventory: 'Inventory',
  deleteResources: 'Resources',
  writeReceipt: 'Receipt',
} as const satisfies Partial<Record<StepActivity, string>>;

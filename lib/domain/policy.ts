import { ProblemError } from './problem.ts';
import { ROLES, type Principal, type Role } from './principal.ts';

/** The role that each command needs. Commands check it, and the HTTP contract documents it. */
export const ROLE_NEEDED = {
  listStacks: 'Reader',
  getStack: 'Reader',
  getCluster: 'Reader',
  planStack: 'Reader',
  provisionStack: 'Operator',
  destroyStack: 'Operator',
  getInventory: 'Reader',
  listReceipts: 'Reader',
  planStackUpgrade: 'Reader',
  upgradeStack: 'Operator',
  hibernateStack: 'Operator',
  wakeStack: 'Operator',
  verifyStack: 'Operator',
  getOutputs: 'Reader',
  revealSecrets: 'Operator',
  getEnvironment: 'Reader',
  issueCredentials: 'Operator',
  readLogs: 'Operator',
  listEvents: 'Reader',
  unlockStack: 'Operator',
  cancelOperation: 'Operator',
  getOperation: 'Reader',
  buildImage: 'Operator',
  listImages: 'Reader',
  getImage: 'Reader',
  getImageLog: 'Reader',
  readCatalogue: 'Reader',
} as const satisfies Record<string, Role>;

export type CommandName = keyof typeof ROLE_NEEDED;

/** Throws NOT_ALLOWED when the caller lacks the role that a command needs. */
export function authorize(principal: Principal, command: CommandName): void {
  const needed = ROLE_NEEDED[command];
  if (ROLES.indexOf(principal.role) >= ROLES.indexOf(needed)) return;
  throw new ProblemError(
    'NOT_ALLOWED',
    `This needs the role ${needed}; ${principal.name} is ${principal.role}.`,
  );
}

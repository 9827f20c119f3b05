import { ProblemError } from './problem.ts';
import {
  includesRole,
  relationTo,
  type Person,
  type Principal,
  type Relation,
  type Role,
  type Team,
} from './principal.ts';

/** Who may run a command. */
export interface Rule {
  /** The role that it needs. */
  role: Role;
  /** What the caller must be to the stack, unless the caller is Admin; without it, anything. */
  relations?: readonly Relation[];
}

const anyone = (role: Role): Rule => ({ role });
/** Owner and members. */
const team = (role: Role): Rule => ({ role, relations: ['owner', 'member'] });
const owner = (role: Role): Rule => ({ role, relations: ['owner'] });

/**
 * Who may run each command: a role, and a relation to the stack. An Admin may run all of them. Commands check it, and
 * the HTTP contract documents it.
 */
export const POLICY = {
  listStacks: anyone('Reader'),
  getStack: anyone('Reader'),
  getCluster: anyone('Reader'),
  planStack: anyone('Reader'),
  /** Anybody with the role may create a stack. */
  provisionStack: team('Operator'),
  /** Members get rights inside the stack, so that only its owner chooses them. */
  changeMembers: owner('Operator'),
  destroyStack: owner('Operator'),
  getInventory: anyone('Reader'),
  listReceipts: anyone('Reader'),
  planStackUpgrade: anyone('Reader'),
  upgradeStack: team('Operator'),
  hibernateStack: team('Operator'),
  wakeStack: team('Operator'),
  verifyStack: team('Operator'),
  getOutputs: anyone('Reader'),
  getEnvironment: anyone('Reader'),
  /** What is inside a stack is for those who use it, whether or not they may change it. */
  revealSecrets: team('Reader'),
  issueCredentials: team('Reader'),
  readLogs: team('Reader'),
  listEvents: anyone('Reader'),
  unlockStack: team('Operator'),
  /** Ends an operation that may still run. */
  forceUnlock: anyone('Admin'),
  cancelOperation: team('Operator'),
  getOperation: anyone('Reader'),
  buildImage: team('Operator'),
  listImages: anyone('Reader'),
  getImage: anyone('Reader'),
  getImageLog: anyone('Reader'),
  readCatalogue: anyone('Reader'),
  whoAmI: anyone('Reader'),
  listAccessEvents: anyone('Admin'),
  /** Everybody links a chat user to themselves. */
  linkChat: anyone('Reader'),
  /** Of other people. */
  unlinkOthers: anyone('Admin'),
} satisfies Record<string, Rule>;

export type CommandName = keyof typeof POLICY;

/** Somebody who signed in, and has no role. */
export class NoRoleError extends ProblemError {
  readonly person: Person & { tenant: string };

  constructor(person: Person & { tenant: string }) {
    super('NOT_ALLOWED', `${person.name} has no role in Matcha.`);
    this.person = person;
  }
}

/**
 * Throws NOT_ALLOWED when the caller may not run a command. Without `stack` only the role is checked: before it is
 * read, and for a new one.
 */
export function authorize(principal: Principal, command: CommandName, stack?: { name: string } & Team): void {
  const { role, relations }: Rule = POLICY[command];
  if (!includesRole(principal.role, role))
    throw new ProblemError(
      'NOT_ALLOWED',
      `This needs the role ${role}; ${principal.name} is ${principal.role}.`,
    );
  if (stack === undefined || relations === undefined || principal.role === 'Admin') return;
  const relation = relationTo(stack, principal);
  if (relations.includes(relation)) return;
  const allowed = relations.includes('member') ? 'its owner, members and an Admin' : 'its owner and an Admin';
  throw new ProblemError(
    'NOT_ALLOWED',
    `${stack.name} belongs to ${stack.owner.name}: only ${allowed} may do this; ${principal.name} is a ${relation}.`,
    { remedies: [{ action: 'manual', text: `Ask ${stack.owner.name} to do it, or to make you a member.` }] },
  );
}

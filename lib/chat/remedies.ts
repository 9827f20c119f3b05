import type { OperationKind } from '../domain/plan.ts';
import type { Remedy } from '../domain/remedy.ts';
import type { Button } from './card.ts';
import { fieldWord } from './fields.ts';

/** What a problem is about. */
export interface ProblemContext {
  stack?: string | undefined;
  kind?: OperationKind | undefined;
  operationId?: string | undefined;
}

/** The remedies that are a command with the name of a stack, and the words of its button. */
const ON_STACK: Partial<Record<Remedy['action'], readonly [verb: string, label: string]>> = {
  destroyStack: ['destroy', 'Destroy'],
  hibernateStack: ['hibernate', 'Hibernate'],
  wakeStack: ['wake', 'Wake'],
  verifyStack: ['verify', 'Verify'],
  upgradeStack: ['upgrade', 'Upgrade'],
  getStack: ['status', 'Status'],
  getOperation: ['status', 'Status'],
  listEvents: ['events', 'Events'],
};

/** A remedy as a button; undefined when a chat has no command for it, so that only its text helps. */
export function buttonOf(
  { action, arguments: given = {} }: Remedy,
  { stack, kind, operationId }: ProblemContext,
): Button | undefined {
  const { name = stack, url, ...fields } = given;
  if (action === 'openUrl') return url === undefined ? undefined : { text: 'Open', url: String(url) };
  if (action === 'listStacks') return { text: 'List', command: 'list' };
  if (name === undefined) return undefined;
  const subject = String(name);
  if (action === 'cancelOperation') return { text: 'Cancel it', command: `cancel ${operationId ?? subject}` };
  if (action === 'repeatOperation') return repeated(kind, subject);
  if (action === 'planStack' || action === 'provisionStack')
    return withFields(action === 'planStack' ? 'plan' : 'provision', subject, fields);
  const [verb, label] = ON_STACK[action] ?? [];
  return verb === undefined || label === undefined
    ? undefined
    : { text: label, command: `${verb} ${subject}` };
}

/** The operation again. */
function repeated(kind: OperationKind | undefined, stack: string): Button | undefined {
  return kind === undefined ? undefined : { text: `${capital(kind)} again`, command: `${kind} ${stack}` };
}

/** Undefined when a field cannot be written in a chat: a removal of data is asked for in a card of its own. */
function withFields(
  verb: 'plan' | 'provision',
  stack: string,
  fields: NonNullable<Remedy['arguments']>,
): Button | undefined {
  if ('allowRemoval' in fields) return undefined;
  const words = Object.entries(fields).map(([path, value]) => fieldWord(path, value));
  if (words.includes(undefined)) return undefined;
  const values = Object.values(fields).map(String);
  return {
    text: [capital(verb), ...(values.length === 0 ? [] : ['with', values.join(', ')])].join(' '),
    command: [verb, stack, ...words].join(' '),
  };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

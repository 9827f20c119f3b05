import { randomBytes } from 'node:crypto';
import { confirmDestroyCard, confirmRemovalCard } from '../../chat/cards/confirm.ts';
import { refusedConfirmationCard } from '../../chat/cards/people.ts';
import type { ChatRequest } from '../../chat/chat.ts';
import { digestOf } from '../../chat/seal.ts';
import { MINUTE } from '../../domain/duration.ts';
import { authorize } from '../../domain/policy.ts';
import { ProblemError } from '../../domain/problem.ts';
import type { StackRequest } from '../../domain/stack-request.ts';
import type { CommandContext } from '../../services.ts';
import type { Ticket } from '../../tables/index.ts';
import { destroyStack, previewDestroy } from '../destroy-stack.ts';
import { planStack, provisionStack } from '../provision-stack.ts';
import { getStack } from '../read-stacks.ts';
import { recordChatRefusal } from './access-events.ts';
import type { ChatAnswer } from './answers.ts';

/** How long a button that deletes something works, in minutes. */
const MINUTES = 10;

type Offer = Ticket extends infer T
  ? T extends { askedBy: unknown }
    ? Omit<T, 'askedBy' | 'expiresAt'>
    : never
  : never;

/** Shows what a destroy operation deletes, and asks the same person whether to do it. */
export async function askToDestroy(
  context: CommandContext,
  request: ChatRequest,
  { stack: name, keepData }: { stack: string; keepData: boolean },
): Promise<ChatAnswer> {
  const { services, principal } = context;
  const stack = await getStack(services, principal, name);
  authorize(principal, 'destroyStack', stack);
  if (stack.spec.lifetime.protected) throw new ProblemError('STACK_PROTECTED', `${name} is protected.`);
  const inventory = await previewDestroy(services, principal, { name, keepData }).catch(withoutInventory);
  const command = await offer(context, request, { for: 'destroy', stack: name, keepData, etag: stack.etag });
  const asked = { stack: name, command, minutes: MINUTES };
  return {
    card: confirmDestroyCard(asked, { components: stack.components, keepData, inventory }),
    isPrivate: true,
  };
}

/** Azure may not answer now; the card then names no numbers. */
function withoutInventory(error: unknown): undefined {
  if (!(error instanceof ProblemError)) throw error;
}

/** Shows what a change deletes, and asks the same person whether to make it. */
export async function askToRemove(
  context: CommandContext,
  chatRequest: ChatRequest,
  { stack, request }: { stack: string; request: StackRequest },
): Promise<ChatAnswer> {
  const { services, principal } = context;
  const { etag } = await getStack(services, principal, stack);
  const { changes } = await planStack(services, principal, stack, request);
  if (changes === undefined) throw new ProblemError('STACK_NOT_FOUND', `There is no stack ${stack}.`);
  const command = await offer(context, chatRequest, { for: 'removal', stack, request, etag });
  return { card: confirmRemovalCard({ stack, command, minutes: MINUTES }, changes), isPrivate: true };
}

/** Stores what was asked for. Returns the command that does it, with a code that works once for the same person. */
async function offer(
  { services, principal }: CommandContext,
  { from }: ChatRequest,
  offered: Offer,
): Promise<string> {
  const { store, wallClock } = services;
  const nonce = randomBytes(16).toString('hex');
  await store.chat.putTicket(digestOf(nonce), {
    ...offered,
    askedBy: { ...from, person: principal.id },
    expiresAt: new Date(wallClock() + MINUTES * MINUTE * 1000).toISOString(),
  });
  return `confirm ${nonce}`;
}

/** Does what was offered. `digest` is that of the code in the button. Anybody but the person who asked is refused. */
export async function confirm(
  context: CommandContext,
  request: ChatRequest,
  digest: string,
): Promise<ChatAnswer> {
  const { services, principal, log } = context;
  const { store, wallClock } = services;
  const { from } = request;
  const found = await store.chat.getTicket(digest);
  const refused = async (text: string, stack?: string): Promise<ChatAnswer> => {
    await recordChatRefusal(services, log, from, text, { principal, stack });
    return { card: refusedConfirmationCard(text), isPrivate: true };
  };
  if (found === undefined || found.value.for === 'link' || Date.parse(found.value.expiresAt) < wallClock())
    return refused('This button does not work any more. Ask again.');
  const { value: ticket } = found;
  const { askedBy, stack: name, etag: ifMatch } = ticket;
  const isSame =
    askedBy.person === principal.id &&
    askedBy.channel === from.channel &&
    askedBy.team === from.team &&
    askedBy.user === from.user;
  if (!isSame) return refused(`Only the person who asked for it may confirm what happens to ${name}.`, name);
  if (!(await store.chat.useTicket(digest, found, request.id)))
    return refused('This button was pressed already. Ask again.', name);
  const options = { name, chosenId: request.id, ifMatch };
  if (ticket.for === 'destroy')
    return following(await destroyStack(context, { ...options, keepData: ticket.keepData }));
  const result = await provisionStack(context, { ...options, request: ticket.request, allowRemoval: true });
  if ('stack' in result) throw new ProblemError('STACK_CHANGED', `${name} has changed since it was shown.`);
  return following(result.operation);
}

const following = ({ id }: { id: string }): ChatAnswer => ({ operation: id });

import { createHash } from 'node:crypto';
import type { Card } from '../../chat/card.ts';
import { operationCard } from '../../chat/cards/operation.ts';
import { problemCard } from '../../chat/cards/problem.ts';
import type { ChatRequest, Chats } from '../../chat/chat.ts';
import type { Followed, Following } from '../../domain/chat-run.ts';
import { failed, pending, ready, type Outcome } from '../../domain/outcome.ts';
import { isUnavailable, problem } from '../../domain/problem.ts';
import { MATCHA } from '../../domain/principal.ts';
import { isOver } from '../../domain/status.ts';
import type { CommandContext } from '../../services.ts';
import { errorText } from '../../telemetry/log.ts';
import { getOperation, getStack } from '../read-stacks.ts';
import { runChatCommand } from './run.ts';

export interface ChatContext extends Omit<CommandContext, 'principal'> {
  chats: Chats;
}

/** When the records or a chat do not answer, in seconds. */
const RETRY_AFTER = 5;

/**
 * Runs a command of a chat and posts its card. Returns what to follow, when it is an operation. The command and its
 * card are one activity, so that the code in a button is not in the history.
 */
export async function answerChat(
  context: ChatContext,
  request: ChatRequest,
): Promise<Outcome<Following | null>> {
  const { chats, log } = context;
  const chat = chats[request.from.channel];
  if (chat === undefined)
    return failed(problem('CHAT_NOT_CONFIGURED', `${request.from.channel} is not configured.`));
  const answer = await orUnavailable(() => runChatCommand(context, request)).catch((error: unknown) => {
    log('error', { event: 'request.failed', message: errorText(error) });
    return {
      card: problemCard(problem('UNEXPECTED', 'Something went wrong inside Matcha.')),
      isPrivate: true as const,
    };
  });
  if ('state' in answer) return answer;
  if ('card' in answer) {
    const posted = await chat.post(request, answer.card, { isPrivate: true });
    return posted.state === 'ready' ? ready(null) : posted;
  }
  const shown = await orUnavailable(() => cardOf(context, answer.operation));
  if ('state' in shown) return shown;
  const posted = await chat.post(request, shown.card, { isPrivate: false });
  log('info', {
    event: 'chat.answered',
    operation: answer.operation,
    message: `${request.from.channel}: ${posted.state}`,
  });
  if (posted.state !== 'ready') return posted;
  const following: Following = {
    channel: request.from.channel,
    operation: answer.operation,
    reference: posted.value,
    shown: digestOf(shown.card),
  };
  return ready(following);
}

/** Updates the card of an operation, if it looks different by now. */
export async function followChat(
  context: Pick<ChatContext, 'services' | 'chats'>,
  { channel, operation, reference, shown }: Following,
): Promise<Outcome<Followed>> {
  const chat = context.chats[channel];
  if (chat === undefined) return failed(problem('CHAT_NOT_CONFIGURED', `${channel} is not configured.`));
  const found = await orUnavailable(() => cardOf(context, operation));
  if ('state' in found) return found;
  const { card, isOver } = found;
  const next = digestOf(card);
  if (next !== shown) {
    const updated = await chat.update(reference, card);
    if (updated.state !== 'ready') return updated;
  }
  return ready({ shown: next, isOver });
}

/** The card of an operation. Who may see it is decided: it is shown where the operation was asked for. */
async function cardOf(
  { services }: Pick<ChatContext, 'services'>,
  id: string,
): Promise<{ card: Card; isOver: boolean }> {
  const operation = await getOperation(services, MATCHA, id);
  const stack = await getStack(services, MATCHA, operation.stack);
  return { card: operationCard(operation, stack, services.now()), isOver: isOver(operation.state) };
}

const digestOf = (card: Card): string =>
  createHash('sha256').update(JSON.stringify(card)).digest('hex').slice(0, 16);

/** Pending while the records are unreachable. */
async function orUnavailable<T>(work: () => Promise<T>): Promise<T | ReturnType<typeof pending>> {
  try {
    return await work();
  } catch (error) {
    if (isUnavailable(error)) return pending('The records of Matcha do not answer.', RETRY_AFTER);
    throw error;
  }
}

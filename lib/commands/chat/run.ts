import type { Card } from '../../chat/card.ts';
import { eventsCard } from '../../chat/cards/events.ts';
import { helpCard, unclearCard, whoamiCard } from '../../chat/cards/people.ts';
import { planCard } from '../../chat/cards/plan.ts';
import { problemCard } from '../../chat/cards/problem.ts';
import { listCard, stackCard } from '../../chat/cards/stack.ts';
import type { ChatRequest } from '../../chat/chat.ts';
import { parseCommand, type ChatCommand } from '../../chat/parse.ts';
import { OPERATION_KINDS } from '../../domain/plan.ts';
import { problem, ProblemError } from '../../domain/problem.ts';
import type { CommandContext } from '../../services.ts';
import { cancelOperation } from '../cancel-operation.ts';
import { hibernateStack } from '../hibernate-stack.ts';
import { planStack, provisionStack } from '../provision-stack.ts';
import { getStack, listEvents, listStacks } from '../read-stacks.ts';
import { upgradeStack } from '../upgrade-stack.ts';
import { verifyStack } from '../verify-stack.ts';
import { wakeStack } from '../wake-stack.ts';
import { recordChatRefusal } from './access-events.ts';
import type { ChatAnswer } from './answers.ts';
import { askToDestroy, askToRemove, confirm } from './confirm.ts';
import { linkedPerson } from './linked-person.ts';
import { redeemLink, unlinkHere } from './links.ts';

/**
 * Runs a command that somebody typed in a chat, or the command of a button, with the rights of the person who is
 * linked. A repeated request has no second effect. Problems become cards; unexpected errors are thrown.
 */
export async function runChatCommand(
  context: Omit<CommandContext, 'principal'>,
  request: ChatRequest,
): Promise<ChatAnswer> {
  const { services, log } = context;
  const command = parseCommand(request.text, Object.keys(services.catalogue.presets));
  if (command.do === 'link') return privately(await redeemLink(services, log, request, command.code));
  const found = await linkedPerson(services, request);
  if ('refusal' in found) return privately(found.refusal);
  const { principal, link } = found;
  if (command.do === 'whoami')
    return privately(whoamiCard(principal, { linkedAt: link.at, linkedRole: link.role }));
  if (command.do === 'unlink') return privately(await unlinkHere(services, principal, request));
  try {
    return await run({ ...context, principal }, request, command);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { problem: found } = error;
    if (found.code === 'TABLES_UNAVAILABLE') throw error;
    if (found.code === 'NOT_ALLOWED')
      await recordChatRefusal(services, log, request.from, found.message, {
        principal,
        stack: contextOf(command).stack,
      });
    return privately(problemCard(found, contextOf(command)));
  }
}

const privately = (card: Card): ChatAnswer => ({ card, isPrivate: true });

/** What a problem of the command is about, so that its remedies become commands. */
function contextOf(command: ChatCommand) {
  const kind = OPERATION_KINDS.find((one) => one === command.do);
  return { ...('stack' in command && { stack: command.stack }), ...(kind && { kind }) };
}

async function run(context: CommandContext, request: ChatRequest, command: ChatCommand): Promise<ChatAnswer> {
  const { services, principal } = context;
  switch (command.do) {
    case 'help':
      return privately(helpCard());
    case 'unclear':
      return privately(unclearCard(command.text));
    case 'invalid':
      return privately(problemCard(command.problem, { stack: command.stack }));
    case 'list':
      return privately(listCard(await listStacks(services, principal, { all: false, limit: 50 })));
    case 'status':
      return privately(stackCard(await getStack(services, principal, command.stack), services.now()));
    case 'events': {
      const events = await listEvents(services, principal, { name: command.stack, limit: 10 });
      return privately(eventsCard(command.stack, events));
    }
    case 'plan': {
      const plan = await planStack(services, principal, command.stack, command.request);
      return privately(planCard(plan, request.text.trim().replace(/^\S+/, 'provision')));
    }
    case 'provision':
      return provision(context, request, command);
    case 'destroy':
      return askToDestroy(context, request, command);
    case 'confirm':
      return confirm(context, request, command.code);
    case 'hibernate':
      return following(await hibernateStack(context, on(command, request)));
    case 'wake':
      return following(await wakeStack(context, on(command, request)));
    case 'verify':
      return following(await verifyStack(context, on(command, request)));
    case 'upgrade':
      return following(await upgradeStack(context, on(command, request)));
    case 'cancel':
      return cancel(context, command);
    case 'link':
    case 'whoami':
    case 'unlink':
      throw new Error(`${command.do} is answered before.`);
  }
}

const on = ({ stack }: { stack: string }, { id }: ChatRequest) => ({ name: stack, chosenId: id });

const following = ({ id }: { id: string }): ChatAnswer => ({ operation: id });

async function provision(
  context: CommandContext,
  chatRequest: ChatRequest,
  { stack: name, request }: Extract<ChatCommand, { do: 'plan' | 'provision' }>,
): Promise<ChatAnswer> {
  const { services } = context;
  try {
    const result = await provisionStack(context, {
      ...{ name, request, allowRemoval: false },
      chosenId: chatRequest.id,
    });
    if ('operation' in result) return following(result.operation);
    const card = stackCard(result.stack, services.now());
    return privately({ ...card, text: ['No changes: it is as asked.', ...(card.text ?? [])] });
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'REMOVAL_NOT_ALLOWED') throw error;
    return askToRemove(context, chatRequest, { stack: name, request });
  }
}

/** Cancels the operation of a button, or the active one of a stack. Its card is followed by who began it. */
async function cancel(
  context: CommandContext,
  { stack, operation }: Extract<ChatCommand, { do: 'cancel' }>,
): Promise<ChatAnswer> {
  const { services, principal } = context;
  const found = await getStack(services, principal, stack);
  const id = operation ?? found.activeOperation;
  if (id === undefined)
    return privately(problemCard(problem('NOT_LOCKED', `No operation of ${stack} is running.`), { stack }));
  await cancelOperation(context, { id });
  return privately(stackCard(await getStack(services, principal, stack), services.now()));
}

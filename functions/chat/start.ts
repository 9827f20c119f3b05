import type { DurableClient } from 'durable-functions';
import type { ChatRequest } from '../../lib/chat/chat.ts';
import { sealCodes } from '../../lib/chat/seal.ts';
import type { ChatRun } from '../../orchestrations/chat.ts';
import { instanceStateOf } from '../workflows.ts';

/** The name of the orchestration that answers a request of a chat. */
export const CONVERSATION = 'chat';

/**
 * Starts the orchestration that answers a request; false when it was started before. Its id is that of the request.
 * One-time codes are sealed first, because the request is in the history.
 */
export async function startChat(client: DurableClient, request: ChatRequest): Promise<boolean> {
  const instanceId = `chat-${request.from.channel}-${request.id}`;
  if ((await instanceStateOf(client, instanceId)) !== 'absent') return false;
  const input: ChatRun = { request: { ...request, text: sealCodes(request.text) } };
  await client.startNew(CONVERSATION, { instanceId, input });
  return true;
}

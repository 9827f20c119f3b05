import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { App } from '../../lib/app.ts';
import type { ChatRequest } from '../../lib/chat/chat.ts';
import type { Following } from '../../lib/domain/chat-run.ts';
import { logTo } from '../../lib/telemetry/log.ts';
import { converse } from '../../orchestrations/chat.ts';
import { workflowsOf } from '../workflows.ts';
import { CONVERSATION } from './start.ts';

/**
 * Registers the orchestration that answers chats, and its activities. They are loaded with the first answer, so that a
 * cold start does not delay the acknowledgement of a request.
 */
export function registerChat({ services, chats }: App): void {
  df.app.orchestration(CONVERSATION, converse);
  df.app.activity('answerChat', {
    extraInputs: [df.input.durableClient()],
    handler: async (request: ChatRequest, context: InvocationContext) => {
      const { answerChat } = await import('../../lib/commands/chat/answer.ts');
      const workflows = workflowsOf(df.getClient(context));
      return answerChat({ services, chats, workflows, log: logTo(context) }, request);
    },
  });
  df.app.activity('followChat', {
    handler: async (following: Following) => {
      const { followChat } = await import('../../lib/commands/chat/answer.ts');
      return followChat({ services, chats }, following);
    },
  });
}

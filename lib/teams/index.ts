import type { TokenCredential } from '@azure/core-auth';
import type { Chat, ChatRequest } from '../chat/chat.ts';
import { invalidRequest } from '../domain/invalid-request.ts';
import { done, ready } from '../domain/outcome.ts';
import { activity as activitySchema, type Activity } from './activity.ts';
import { cardActivity } from './adaptive-card.ts';
import { createConnector } from './connector.ts';
import { conversationOf, place, reference } from './place.ts';
import { requestOf } from './request.ts';
import { createTokenVerifier } from './token.ts';
import { checkActivity } from './trust.ts';

export { CARD_ACTION, type Activity } from './activity.ts';

/** A bot in Azure, and the tenant whose people may talk to it. */
export interface TeamsOptions {
  /** The client id of the bot's identity, which is the app id of the bot. */
  botAppId: string;
  tenantId: string;
  /** The identity of the bot. */
  credential: TokenCredential;
  /** Reaches Teams and its signing keys. */
  fetch: typeof fetch;
  /** The time of tokens, in milliseconds since the epoch. */
  wallClock: () => number;
  /** The time of waiting, in milliseconds since the epoch. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

/** Receives what Teams sends to the bot, and sends its cards. */
export function createTeams({ botAppId, tenantId, wallClock, ...rest }: TeamsOptions) {
  const verify = createTokenVerifier({ botAppId, fetch: rest.fetch, now: wallClock });
  const connector = createConnector(rest);

  const chat: Chat = {
    async post(request, card, { isPrivate }) {
      const conversation = conversationOf(place.parse(request.place), isPrivate);
      const posted = await connector.post(conversation, cardActivity(card));
      return posted.state === 'ready' ? ready({ ...conversation, activity: posted.value }) : posted;
    },
    async update(given, card) {
      const { activity, ...conversation } = reference.parse(given);
      const updated = await connector.update(conversation, activity, cardActivity(card));
      return updated.state === 'ready' ? done : updated;
    },
  };

  return {
    chat,

    /**
     * Verifies the token of an activity, before its body is read, and whether both belong together. Throws
     * BAD_SIGNATURE, NOT_ALLOWED, INVALID_REQUEST, and CHAT_UNAVAILABLE while the keys cannot be read.
     */
    async receive(authorization: string | null, readBody: () => Promise<unknown>): Promise<Activity> {
      const token = await verify(authorization);
      const parsed = activitySchema.safeParse(await readBody());
      if (!parsed.success) throw invalidRequest(parsed.error);
      checkActivity(token, parsed.data, tenantId);
      return parsed.data;
    },

    /** What somebody asks for with an activity; undefined where it asks for nothing. */
    requestOf: (activity: Activity): ChatRequest | undefined => requestOf(activity, tenantId),
  };
}

export type Teams = ReturnType<typeof createTeams>;

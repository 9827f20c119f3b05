import type { TokenCredential } from '@azure/core-auth';
import { z } from 'zod';
import { failed, pending, ready, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import { isTeamsServiceUrl, withoutSlash } from './service-url.ts';

/** Where the bot sends a message: a chat, a channel, or a thread in one. */
export interface Conversation {
  serviceUrl: string;
  id: string;
  /** The one person in it who sees the message: https://learn.microsoft.com/microsoftteams/platform/agents-in-teams/targeted-messages */
  onlyFor?: string;
}

export interface ConnectorOptions {
  /** The identity of the bot. */
  credential: TokenCredential;
  fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

const SCOPE = 'https://api.botframework.com/.default';

/** What Teams asks to send again, with growing and random delays: Microsoft Learn, "Optimize your bot with rate limiting". */
const BUSY: ReadonlySet<number> = new Set([412, 429, 502, 503, 504]);
/** The conversation or message was deleted, or the bot was removed or blocked. */
const GONE: ReadonlySet<number> = new Set([403, 404]);

/** In milliseconds. An activity of Durable Functions must end within a minute. */
const REQUEST_LIMIT = 10_000;
const WITHIN = 20_000;
const FIRST_DELAY = 1000;

/** Answers of a bot that do not say how long to wait. In seconds. */
const RETRY_AFTER = 10;

/**
 * Sends and updates activities through the REST API of the Bot Connector. The outcome is pending while Teams is busy, and
 * failed where the conversation or the message is gone. Rejects when the bot is refused (401) or sends what Teams does not
 * understand. An activity that is posted again after a lost answer may appear twice.
 */
export function createConnector({ credential, fetch, now, sleep }: ConnectorOptions) {
  const send = async (
    method: 'POST' | 'PUT',
    conversation: Conversation,
    given: object,
    id?: string,
  ): Promise<Outcome<string>> => {
    const url = activitiesUrl(conversation, id);
    const activity = addressed(conversation, given);
    const end = now() + WITHIN;
    for (let attempt = 0; ; attempt++) {
      const response = await request(method, url, activity);
      if (response !== undefined && !BUSY.has(response.status)) return outcomeOf(response);
      const asked = secondsOf(response?.headers.get('retry-after'));
      const delay = asked === undefined ? FIRST_DELAY * 2 ** attempt : asked * 1000;
      const jittered = delay + Math.random() * FIRST_DELAY;
      if (now() + jittered > end) return pending('Teams is busy.', asked ?? RETRY_AFTER);
      await sleep(jittered);
    }
  };

  const request = async (method: string, url: string, activity: object): Promise<Response | undefined> => {
    const token = await credential.getToken(SCOPE);
    if (token === null) throw new Error('The bot has no token.');
    try {
      return await fetch(url, {
        method,
        headers: { authorization: `Bearer ${token.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(activity),
        redirect: 'error',
        signal: AbortSignal.timeout(REQUEST_LIMIT),
      });
    } catch {
      return undefined; // no answer
    }
  };

  return {
    /** Posts an activity, and returns its id. */
    post: (conversation: Conversation, activity: object) => send('POST', conversation, activity),

    /** Replaces an activity of the bot. */
    update: (conversation: Conversation, id: string, activity: object) =>
      send('PUT', conversation, activity, id),
  };
}

const addressed = ({ onlyFor }: Conversation, activity: object): object =>
  onlyFor === undefined ? activity : { ...activity, recipient: { id: onlyFor } };

/** Throws for a URL that is not of Teams, before a token is requested for it. */
function activitiesUrl({ serviceUrl, id, onlyFor }: Conversation, activity?: string): string {
  if (!isTeamsServiceUrl(serviceUrl))
    throw new Error('The service URL of the conversation is not one of Teams.');
  const path = ['v3', 'conversations', id, 'activities', ...(activity === undefined ? [] : [activity])];
  const url = `${withoutSlash(serviceUrl)}/${path.map(encodeURIComponent).join('/')}`;
  return onlyFor === undefined ? url : `${url}?isTargetedActivity=true`;
}

async function outcomeOf(response: Response): Promise<Outcome<string>> {
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return ready(sent.parse(body).id);
  const { code } = refusal.parse(body).error;
  if (GONE.has(response.status))
    return failed(
      problem('CHAT_REFUSED', 'The conversation or the message in Teams is gone.', { cause: code }),
    );
  throw new Error(`Teams answered ${response.status} (${code}).`);
}

const sent = z.object({ id: z.string().default('') }).catch({ id: '' });
const refusal = z
  .object({ error: z.object({ code: z.string().max(100) }) })
  .catch({ error: { code: 'no code' } });

function secondsOf(retryAfter: string | null | undefined): number | undefined {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

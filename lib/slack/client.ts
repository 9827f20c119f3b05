import type { Logger, LogLevel, WebClient } from '@slack/web-api';
import type { Chat, ChatReference } from '../chat/chat.ts';
import { done, failed, pending, ready, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import { messageOf } from './blocks.ts';

export interface SlackSettings {
  /** The token of the bot. */
  botToken: string;
  /** The address of Slack's API, where it is not the public one. */
  apiUrl?: string | undefined;
}

/** The time for one request, in milliseconds. */
const TIMEOUT = 10_000;

/** When Slack does not say, in seconds. */
const RETRY_AFTER = 5;

/** The app is not in the channel, or may not post there: it writes to the person instead. */
const NOT_THERE = new Set([
  'not_in_channel',
  'channel_not_found',
  'user_not_in_channel',
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
]);

/** Errors of Slack that pass (https://docs.slack.dev/reference/methods/chat.postMessage#errors). */
const PASSING = new Set([
  'ratelimited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
]);

/** Posts and updates cards with Slack's Web API. The package is loaded with the first card. */
export function createSlack({ botToken, apiUrl }: SlackSettings): Chat {
  let opened: Promise<WebClient> | undefined;
  const client = () =>
    (opened ??= import('@slack/web-api').then(
      (slack) =>
        new slack.WebClient(botToken, {
          ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
          // The orchestration waits and tries again, so that no function runs meanwhile.
          retryConfig: { retries: 0 },
          rejectRateLimitedCalls: true,
          timeout: TIMEOUT,
          allowAbsoluteUrls: false,
          logger: silent(slack.LogLevel.ERROR),
        }),
    ));

  const postTo = async (channel: string, card: Parameters<Chat['post']>[1]): Promise<ChatReference> => {
    const slack = await client();
    const posted = await slack.chat.postMessage({ channel, ...messageOf(card), unfurl_links: false });
    return { channel: posted.channel ?? channel, ts: posted.ts ?? '' };
  };

  const postPrivately = async (channel: string, user: string, card: Parameters<Chat['post']>[1]) => {
    const slack = await client();
    const posted = await slack.chat.postEphemeral({ channel, user, ...messageOf(card) });
    return { channel, ts: posted.message_ts ?? '' };
  };

  return {
    post: ({ from: { user }, place }, card, { isPrivate }) => {
      const { channel = user } = place;
      // A direct message is private already, and the app is only in its own ones.
      if (channel.startsWith('D') || channel === user) return outcomeOf(() => postTo(user, card));
      const post = () => (isPrivate ? postPrivately(channel, user, card) : postTo(channel, card));
      return outcomeOf(() => post().catch((error: unknown) => orInPerson(error, () => postTo(user, card))));
    },
    async update(reference, card) {
      const { channel = '', ts = '' } = reference;
      const updated = await outcomeOf(async () =>
        (await client()).chat.update({ channel, ts, ...messageOf(card) }),
      );
      return updated.state === 'ready' ? done : updated;
    },
  };
}

const orInPerson = <T>(error: unknown, post: () => Promise<T>): Promise<T> => {
  if (NOT_THERE.has(platformError(error) ?? '')) return post();
  throw error;
};

/** What Slack answered: it is busy, it refused, or it did not answer. The token is in none of these texts. */
async function outcomeOf<T>(request: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return ready(await request());
  } catch (error) {
    const { code, retryAfter, statusCode } = error as SlackFailure;
    const refusal = platformError(error);
    if (code === 'slack_webapi_rate_limited_error')
      return pending('Slack is busy.', retryAfter ?? RETRY_AFTER);
    const isPassing = refusal === undefined ? isUnanswered(code, statusCode) : PASSING.has(refusal);
    if (isPassing) return pending('Slack does not answer.', RETRY_AFTER);
    if (refusal === undefined && statusCode === undefined) throw error;
    return failed(
      problem('CHAT_REFUSED', 'Slack refuses the message.', { cause: refusal ?? `HTTP ${statusCode ?? ''}` }),
    );
  }
}

const isUnanswered = (code: string | undefined, status: number | undefined): boolean =>
  code === 'slack_webapi_request_error' || (status !== undefined && status >= 500);

interface SlackFailure {
  code?: string;
  /** In seconds. */
  retryAfter?: number;
  statusCode?: number;
  data?: { error?: string };
}

const platformError = (error: unknown): string | undefined => (error as SlackFailure).data?.error;

const ignore = () => undefined;

/** The logs of the package quote requests. */
const silent = (level: LogLevel): Logger => ({
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  getLevel: () => level,
  setName: ignore,
});

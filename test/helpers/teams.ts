import { vi } from 'vitest';
import type { AdaptiveCard, CardElement } from '../../lib/teams/adaptive-card.ts';
import { DEVELOPER } from '../../local/people.ts';
import { startBotConnector, type Posted } from './bot-connector.ts';
import { startPlane, type TestPlane } from './embedded.ts';

export const BOT_APP = '6c2d8a4e-0000-4000-8000-0000000000b0';

/** A control plane with a bot, and the Teams that it talks to. */
export async function startTeamsPlane() {
  const botToken = 'the token of the bot';
  const connector = await startBotConnector({ botAppId: BOT_APP, botToken });
  const plane: TestPlane = await startPlane({
    bot: {
      ...{ botAppId: BOT_APP, tenantId: DEVELOPER.tenant, fetch: connector.fetch },
      credential: {
        getToken: () => Promise.resolve({ token: botToken, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
      },
    },
  });

  /** Sends an activity as the connector does; a token that is null is left out. */
  const send = async (activity: object, token?: string | null) => {
    const authorization = token === null ? undefined : `Bearer ${token ?? (await connector.token())}`;
    const response = await fetch(`${plane.url}/api/teams/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
      body: JSON.stringify(activity),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };

  /** Waits for the n-th message of the bot. */
  const posted = (index: number): Promise<Posted> =>
    vi.waitFor(() => connector.posted[index] ?? Promise.reject(new Error('not posted yet')), WAIT);

  return { plane, connector, send, posted };
}

export type TeamsPlane = Awaited<ReturnType<typeof startTeamsPlane>>;

export const WAIT = { timeout: 60_000, interval: 20 };

export const cardIn = ({ versions }: Posted, index = -1): AdaptiveCard =>
  versions.at(index)?.attachments[0]?.content as AdaptiveCard;

/** The text of a card that people see, without its look. */
export function textIn(card: AdaptiveCard): string {
  const texts = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return [];
    if (Array.isArray(value)) return value.flatMap(texts);
    const { text, title, value: fact, ...rest } = value as CardElement;
    const own = [text, title, fact].filter((one) => typeof one === 'string');
    return [...own, ...Object.values(rest).flatMap(texts)];
  };
  return texts(card.body).join(' ');
}

/** The command of a button. */
export function commandIn({ actions }: AdaptiveCard, title: string): string {
  const button = actions.find((action) => action['title'] === title);
  if (button === undefined) throw new Error(`There is no button ${title}.`);
  return (button['data'] as { command: string }).command;
}

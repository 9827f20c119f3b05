import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { CARD_TYPE } from '../../lib/teams/adaptive-card.ts';
import { cardErrors } from './adaptive-cards.ts';

export const SERVICE_URL = 'https://smba.trafficmanager.net/emea/';
const KEYS_URL = 'https://login.botframework.com/v1/.well-known/keys';

/** Claims that are undefined are left out. */
export type Claims = Record<string, unknown>;

interface BotActivity {
  recipient?: { id: string };
  attachments: { contentType: string; content: unknown }[];
}

/** An activity of the bot, in each of its versions. */
export interface Posted {
  id: string;
  conversation: string;
  /** The only person who sees it. */
  onlyFor: string | undefined;
  versions: BotActivity[];
}

export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  jwk: JWK;
}

export async function signingKey(
  endorsements: string[] | undefined,
  kid = randomUUID(),
): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', ...(endorsements && { endorsements }) };
  return { kid, privateKey, jwk };
}

const seconds = () => Math.floor(Date.now() / 1000);

/**
 * The Bot Connector, as the control plane reaches it through `fetch`: its signing keys, and conversations that hold what
 * the bot posts. Like the real one, it takes no activity without the bot's token, no update of an unknown activity, and
 * nothing over 28 KB.
 */
export async function startBotConnector({ botAppId, botToken }: { botAppId: string; botToken: string }) {
  const [key, webchatKey] = await Promise.all([
    signingKey(['msteams']),
    signingKey(['webchat', 'directline']),
  ]);
  const keys = [webchatKey.jwk, key.jwk];
  const posted: Posted[] = [];
  const requests: { method: string; url: string }[] = [];
  /** Answers for the next requests, in place of its own. */
  const answers: Response[] = [];

  const receive = (method: string, url: URL, headers: Headers, body: string): Response => {
    requests.push({ method, url: url.href });
    const answer = answers.shift();
    if (answer !== undefined) return answer;
    const [, conversation, id] =
      /\/v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (headers.get('authorization') !== `Bearer ${botToken}`) return refused(401, 'Unauthorized');
    if (conversation === undefined) return refused(404, 'NotFound');
    if (Buffer.byteLength(body) > 28_000) return refused(413, 'MessageSizeTooBig');
    const activity = JSON.parse(body) as BotActivity;
    const isGood = activity.attachments.every(
      ({ contentType, content }) => contentType === CARD_TYPE && cardErrors(content).length === 0,
    );
    if (!isGood) return refused(400, 'BadSyntax');
    if (method === 'POST') {
      const onlyFor =
        url.searchParams.get('isTargetedActivity') === 'true' ? activity.recipient?.id : undefined;
      const made = {
        id: randomUUID(),
        conversation: decodeURIComponent(conversation),
        onlyFor,
        versions: [activity],
      };
      posted.push(made);
      return Response.json({ id: made.id }, { status: 201 });
    }
    const found = posted.find((one) => one.id === decodeURIComponent(id ?? ''));
    const isTargeted = url.searchParams.get('isTargetedActivity') === 'true';
    if (found === undefined || (found.onlyFor !== undefined) !== isTargeted)
      return refused(404, 'ActivityNotFoundInConversation');
    found.versions.push(activity);
    return Response.json({ id: found.id });
  };

  const connectorFetch: typeof fetch = (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (url.href === KEYS_URL) return Promise.resolve(Response.json({ keys }));
    if (url.hostname !== new URL(SERVICE_URL).hostname) return Promise.reject(new TypeError('fetch failed'));
    return request.text().then((body) => receive(request.method, url, request.headers, body));
  };

  return {
    fetch: connectorFetch,
    /** Those that the keys document has. */
    keys,
    key,
    /** Signs for other channels only. */
    webchatKey,
    posted,
    requests,
    answers,
    /** A token as the connector signs it. */
    token: (claims: Claims = {}, { privateKey, kid } = key) =>
      new SignJWT({
        ...{ iss: 'https://api.botframework.com', aud: botAppId, serviceurl: SERVICE_URL },
        ...{ nbf: seconds() - 10, exp: seconds() + 3600 },
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .sign(privateKey),
  };
}

export type BotConnector = Awaited<ReturnType<typeof startBotConnector>>;

const refused = (status: number, code: string): Response =>
  Response.json({ error: { code, message: 'Refused by the connector.' } }, { status });

import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { activity as activitySchema } from '../../lib/teams/activity.ts';
import { createTokenVerifier } from '../../lib/teams/token.ts';
import { checkActivity } from '../../lib/teams/trust.ts';
import {
  SERVICE_URL,
  signingKey,
  startBotConnector,
  type BotConnector,
  type Claims,
  type SigningKey,
} from '../helpers/bot-connector.ts';
import { messageOf } from '../helpers/teams-activities.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const OTHER_TENANT = '22222222-2222-4222-8222-222222222222';
const BOT_APP = '33333333-3333-4333-8333-333333333333';
const now = Date.now();
const at = (seconds: number) => Math.floor(now / 1000) + seconds;

let connector: BotConnector;
let bareKey: SigningKey;
let entraKey: SigningKey;
beforeAll(async () => {
  connector = await startBotConnector({ botAppId: BOT_APP, botToken: 'unused' });
  [bareKey, entraKey] = await Promise.all([signingKey(undefined), signingKey(['msteams'])]);
  connector.keys.push(bareKey.jwk);
});

const from = { id: '29:ada', name: 'Ada', aadObjectId: '44444444-4444-4444-8444-444444444444' };
const message = () => messageOf({ from, tenant: TENANT }, 'list');

/** The code of the problem; `accepted` without one. */
async function judged(authorization: string | null, activity: object): Promise<string> {
  const verify = createTokenVerifier({ botAppId: BOT_APP, fetch: connector.fetch, now: () => now });
  try {
    checkActivity(await verify(authorization), activitySchema.parse(activity), TENANT);
    return 'accepted';
  } catch (error) {
    return (error as { problem: { code: string } }).problem.code;
  }
}
const bearer = async (token: Promise<string> | string) => `Bearer ${await token}`;
const signed = (claims: Claims) => () => bearer(connector.token(claims));

describe('a token of the connector', () => {
  it.each<[string, Claims]>([
    ['as Teams sends it', {}],
    ['of a clock that is four minutes late', { exp: at(-240) }],
    ['of a clock that is four minutes early', { nbf: at(240), exp: at(3840) }],
    ['without a slash at the end of the service URL', { serviceurl: SERVICE_URL.slice(0, -1) }],
  ])('%s is accepted', async (_, claims) => {
    await expect(judged(await bearer(connector.token(claims)), message())).resolves.toBe('accepted');
  });

  it.each<[string, () => Promise<string | null>]>([
    ['no header', () => Promise.resolve(null)],
    ['another scheme', async () => `Basic ${await connector.token()}`],
    ['not a token', () => bearer('abc.def.ghi')],
    ['another audience', signed({ aud: 'https://management.azure.com' })],
    ['the audience of the API', signed({ aud: `api://${BOT_APP}` })],
    ['another issuer', signed({ iss: 'https://evil.example' })],
    [
      'the issuer of the own tenant',
      signed({ iss: `https://login.microsoftonline.com/${TENANT}/v2.0`, tid: TENANT }),
    ],
    ['expired', signed({ exp: at(-360) })],
    ['not valid yet', signed({ nbf: at(360), exp: at(3960) })],
    ['without an end', signed({ exp: undefined })],
    ['without a service URL', signed({ serviceurl: undefined })],
    ['signed with a key that is not in the document', () => bearer(connector.token({}, entraKey))],
    [
      'signed with another key of the same name',
      () => bearer(connector.token({}, { ...entraKey, kid: connector.key.kid })),
    ],
    [
      'alg none',
      () =>
        bearer(
          new UnsecuredJWT({ serviceurl: SERVICE_URL })
            .setIssuer('https://api.botframework.com')
            .setAudience(BOT_APP)
            .setExpirationTime('1h')
            .encode(),
        ),
    ],
    ['HS256 with the public key as secret', () => bearer(hmacToken())],
  ])('%s: not authenticated', async (_, authorization) => {
    await expect(judged(await authorization(), message())).resolves.toBe('BAD_SIGNATURE');
  });

  const hmacToken = () =>
    new SignJWT({ serviceurl: SERVICE_URL })
      .setProtectedHeader({ alg: 'HS256', kid: connector.key.kid })
      .setIssuer('https://api.botframework.com')
      .setAudience(BOT_APP)
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(connector.key.jwk.n));

  it('an outage of the keys is not a refusal: Teams sends the activity again', async () => {
    const broken = createTokenVerifier({
      botAppId: BOT_APP,
      fetch: () => Promise.resolve(new Response('', { status: 503 })),
      now: () => now,
    });
    await expect(broken(await bearer(connector.token()))).rejects.toMatchObject({
      problem: { code: 'CHAT_UNAVAILABLE' },
    });
  });
});

describe('an activity with a good token', () => {
  const changed =
    (change: object, claims: Claims = {}) =>
    async () => ({
      authorization: await bearer(connector.token(claims)),
      activity: { ...message(), ...change },
    });
  const toHost = (serviceUrl: string) => changed({ serviceUrl }, { serviceurl: serviceUrl });

  it.each<[string, () => Promise<{ authorization: string; activity: object }>]>([
    ['another channel', changed({ channelId: 'webchat' })],
    [
      'a service URL that is not that of the token',
      changed({ serviceUrl: 'https://smba.trafficmanager.net/amer/' }),
    ],
    ['a service URL that is not of Teams', toHost('https://evil.example/teams/')],
    [
      'a host below trafficmanager.net, which anybody can have',
      toHost('https://evil.trafficmanager.net/teams/'),
    ],
    ['a host that begins like one of Teams', toHost('https://smba.trafficmanager.net.evil.example/')],
    ['a host of Teams as user name', toHost('https://smba.trafficmanager.net@evil.example/')],
    ['a service URL without TLS', toHost('http://smba.trafficmanager.net/emea/')],
    ['a service URL with a port', toHost('https://smba.trafficmanager.net:8443/emea/')],
    ['another tenant', changed({ conversation: { id: 'a', tenantId: OTHER_TENANT } })],
    ['another tenant in channelData', changed({ channelData: { tenant: { id: OTHER_TENANT } } })],
    ['no tenant', changed({ conversation: { id: 'a' }, channelData: {} })],
    [
      'a key that may not speak for Teams',
      async () => ({
        authorization: await bearer(connector.token({}, connector.webchatKey)),
        activity: message(),
      }),
    ],
    [
      'a key without endorsements',
      async () => ({ authorization: await bearer(connector.token({}, bareKey)), activity: message() }),
    ],
  ])('%s: not allowed', async (_, made) => {
    const { authorization, activity } = await made();
    await expect(judged(authorization, activity)).resolves.toBe('NOT_ALLOWED');
  });
});

import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from './server.ts';

export const SIGNING_SECRET = 'a-signing-secret-for-tests';
export const BOT_TOKEN = 'test-bot-token-of-slack';
export const TEAM = 'T0MATCHA';

interface Element {
  type: string;
  text: { text: string };
  value?: string;
  url?: string;
  style?: string;
  confirm?: object;
}

interface Block {
  type: string;
  text?: { type: string; text: string };
  fields?: { text: string }[];
  elements?: Element[];
}

/** A message as people see it. */
export interface SlackMessage {
  channel: string;
  ts: string;
  /** The only person who sees it. */
  onlyFor?: string;
  text: string;
  blocks: Block[];
  /** Every text that it had, the first one included. */
  versions: string[];
}

/** Everything that a message says. */
export const wordsOf = ({ blocks }: Pick<SlackMessage, 'blocks'>): string =>
  blocks
    .flatMap(({ text, fields = [], elements = [] }) => [
      ...(text ? [text.text] : []),
      ...fields.map((field) => field.text),
      ...elements.map((element) => (typeof element.text === 'string' ? element.text : element.text.text)),
    ])
    .join('\n');

export const buttonsOf = ({ blocks }: Pick<SlackMessage, 'blocks'>): Element[] =>
  blocks.flatMap(({ type, elements = [] }) => (type === 'actions' ? elements : []));

export const buttonOf = (message: SlackMessage, label: string): Element => {
  const found = buttonsOf(message).find(({ text }) => text.text === label);
  if (found === undefined) throw new Error(`There is no button ${label} in:\n${wordsOf(message)}`);
  return found;
};

export type FakeSlack = Awaited<ReturnType<typeof startSlack>>;

/**
 * The Web API of Slack, as far as the app uses it. It refuses what Slack refuses: a wrong token, channels that the app
 * is not in, and blocks beyond the limits of Block Kit.
 * `channels` are those that the app is in, with their members. Other channels do not exist for it.
 */
export async function startSlack(channels: Record<string, string[]>) {
  const messages: SlackMessage[] = [];
  /** Requests that are answered with 429. */
  let busy = 0;
  let clock = 1_700_000_000;

  const call = (method: string, form: Record<string, string>) => {
    const blocks = JSON.parse(form['blocks'] ?? '[]') as Block[];
    const wrong = wrongBlocks(blocks);
    if (wrong !== undefined)
      return { ok: false, error: 'invalid_blocks', response_metadata: { messages: [wrong] } };
    const { channel = '', text: words = '', user = '' } = form;
    const shown = { text: words, blocks };
    if (method === 'chat.update') {
      const found = messages.find((one) => one.channel === channel && one.ts === form['ts']);
      if (found === undefined || found.onlyFor !== undefined)
        return { ok: false, error: 'message_not_found' };
      Object.assign(found, shown);
      found.versions.push(wordsOf(shown));
      return { ok: true, channel, ts: found.ts };
    }
    const isPerson = channel.startsWith('U');
    const members = isPerson ? [channel] : channels[channel];
    if (members === undefined) return { ok: false, error: 'channel_not_found' };
    const ts = `${(clock += 1)}.000100`;
    const posted = { channel: isPerson ? `D${channel}` : channel, ts, ...shown, versions: [wordsOf(shown)] };
    if (method === 'chat.postMessage') {
      messages.push(posted);
      return { ok: true, channel: posted.channel, ts };
    }
    if (method !== 'chat.postEphemeral') return { ok: false, error: 'unknown_method' };
    if (!members.includes(user)) return { ok: false, error: 'user_not_in_channel' };
    messages.push({ ...posted, onlyFor: user });
    return { ok: true, message_ts: ts };
  };

  const answer = async (request: IncomingMessage): Promise<[number, object, Record<string, string>?]> => {
    if (request.headers.authorization !== `Bearer ${BOT_TOKEN}`)
      return [200, { ok: false, error: 'invalid_auth' }];
    if (busy > 0) {
      busy -= 1;
      return [429, { ok: false, error: 'ratelimited' }, { 'retry-after': '30' }];
    }
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    return [200, call((request.url ?? '').replace(/^\/api\//, ''), form)];
  };

  const { server, close } = await listen((request, response) => {
    void answer(request).then(([status, body, headers = {}]) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    });
  });
  return {
    settings: { signingSecret: SIGNING_SECRET, botToken: BOT_TOKEN, apiUrl: `${server}/api/` },
    messages,
    close,
    beBusy: (requests: number) => void (busy = requests),
  };
}

/** What Slack says about blocks that it does not accept. */
function wrongBlocks(blocks: readonly Block[]): string | undefined {
  if (blocks.length > 50) return 'no more than 50 items allowed';
  for (const { type, text, fields, elements } of blocks) {
    if (type === 'section' && text === undefined && fields === undefined)
      return 'missing required field: text';
    if (text !== undefined && (text.text.length < 1 || text.text.length > 3000)) return 'length of text';
    if (fields !== undefined && (fields.length > 10 || fields.some((field) => field.text.length > 2000)))
      return 'fields';
    if (type !== 'actions') continue;
    if (elements === undefined || elements.length === 0 || elements.length > 25) return 'elements';
    if (elements.some(({ text, value = '' }) => text.text.length > 75 || value.length > 2000))
      return 'a button';
  }
  return undefined;
}

/** The headers of a request as Slack signs it. `at` is in seconds since the epoch. */
export function signed(body: string, { at = Math.floor(Date.now() / 1000), secret = SIGNING_SECRET } = {}) {
  const signature = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(at),
    'x-slack-signature': `v0=${signature}`,
  };
}

let triggers = 0;
export const nextTrigger = (): string => `${Date.now()}.${(triggers += 1)}`;

interface From {
  user: string;
  channel: string;
}

/** The body of a slash command. */
export const commandBody = (text: string, { user, channel }: From, trigger = nextTrigger()): string =>
  new URLSearchParams({
    token: 'deprecated',
    team_id: TEAM,
    team_domain: 'example',
    channel_id: channel,
    channel_name: 'ml',
    user_id: user,
    user_name: 'someone',
    command: '/matcha',
    text,
    response_url: 'https://hooks.slack.com/commands/T0MATCHA/1/response-secret',
    trigger_id: trigger,
  }).toString();

/** The body of a button that was pressed. */
export const pressBody = (value: string, { user, channel }: From, trigger = nextTrigger()): string =>
  new URLSearchParams({
    payload: JSON.stringify({
      type: 'block_actions',
      user: { id: user, team_id: TEAM },
      team: { id: TEAM },
      channel: { id: channel },
      response_url: 'https://hooks.slack.com/actions/T0MATCHA/1/response-secret',
      trigger_id: trigger,
      actions: [{ type: 'button', action_id: 'matcha-0', value }],
    }),
  }).toString();

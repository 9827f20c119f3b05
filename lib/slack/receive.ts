import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChatRequest } from '../chat/chat.ts';
import { checkSignature, type Forgery, type SignedRequest } from './signature.ts';

/** A slash command, or a button that was pressed. */
export type SlackKind = 'command' | 'action';

/** What a request asks for. `ignored` is from Slack, but asks for nothing. */
export type Received =
  | { state: 'asked'; request: ChatRequest; digest: string; expiresAt: string }
  | { state: 'ignored' }
  | { state: 'forged'; forgery: Forgery };

/** Reads requests of Slack. */
export type ReceiveSlack = (kind: SlackKind, request: SignedRequest, now: number) => Received;

/** A signature is not accepted again after it is too old; until then it is remembered. In milliseconds. */
const REMEMBERED = 15 * 60_000;

const id = z.string().regex(/^[A-Z0-9]{1,40}$/i);

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
const slashCommand = z.object({
  team_id: id,
  user_id: id,
  channel_id: id,
  text: z.string().default(''),
  trigger_id: z.string().min(1).optional(),
});

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const blockActions = z.object({
  type: z.literal('block_actions'),
  trigger_id: z.string().min(1).optional(),
  /** In a shared channel the user may be of another workspace than the app. */
  user: z.object({ id, team_id: id.optional() }),
  team: z.object({ id }).nullish(),
  channel: z.object({ id }).optional(),
  container: z.object({ channel_id: id.optional() }).optional(),
  /** A button that opens a page is reported too, without a value. */
  actions: z.array(z.object({ value: z.string().optional() })).min(1),
});

/**
 * Verifies requests with the signing secret of the app, and reads who asks for what. Throws a RangeError for an empty
 * secret, with which everybody could sign.
 */
export function createReceiver(signingSecret: string): ReceiveSlack {
  if (signingSecret === '') throw new RangeError('The signing secret of Slack is empty.');
  return (kind, signed, now) => {
    const checked = checkSignature(signed, signingSecret, now);
    if ('forgery' in checked) return { state: 'forged', forgery: checked.forgery };
    const form = Object.fromEntries(new URLSearchParams(Buffer.from(signed.body).toString('utf8')));
    const read = kind === 'command' ? commandIn(form) : actionIn(form);
    if (read === undefined) return { state: 'ignored' };
    const { trigger = checked.digest, ...asked } = read;
    return {
      state: 'asked',
      digest: checked.digest,
      expiresAt: new Date(now + REMEMBERED).toISOString(),
      request: { id: createHash('sha256').update(trigger).digest('hex').slice(0, 32), ...asked },
    };
  };
}

type Asked = Omit<ChatRequest, 'id'> & { trigger?: string | undefined };

function commandIn(form: unknown): Asked | undefined {
  const { data } = slashCommand.safeParse(form);
  if (data === undefined) return undefined;
  return {
    from: { channel: 'slack', team: data.team_id, user: data.user_id },
    text: data.text,
    place: { channel: data.channel_id },
    trigger: data.trigger_id,
  };
}

function actionIn(form: Record<string, string>): Asked | undefined {
  const { data } = blockActions.safeParse(jsonIn(form['payload'] ?? ''));
  const text = data?.actions[0]?.value;
  const team = data?.user.team_id ?? data?.team?.id;
  if (data === undefined || text === undefined || team === undefined) return undefined;
  return {
    from: { channel: 'slack', team, user: data.user.id },
    text,
    // Without a channel the answer goes to the person.
    place: { channel: data.channel?.id ?? data.container?.channel_id ?? data.user.id },
    trigger: data.trigger_id,
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { createHash } from 'node:crypto';
import { z } from 'zod';

/** An id is a segment of a path, which dots alone would leave. */
const id = z.string().max(1024).regex(/[^.]/);

const account = z.object({
  id,
  name: z.string().max(1024).optional(),
  /** The object id in Entra. */
  aadObjectId: z.uuid().optional(),
});

const envelope = {
  id,
  channelId: z.string(),
  serviceUrl: z.string().max(2048),
  from: account,
  /** The bot; a targeted message is seen by its sender only. */
  recipient: account.extend({ isTargeted: z.boolean().optional() }),
  conversation: z.object({ id, tenantId: z.string().optional(), conversationType: z.string().optional() }),
  channelData: z.object({ tenant: z.object({ id: z.string() }).optional() }).optional(),
};

/** What a button of a card carries: the command that it runs. */
const press = z.object({ command: z.string().max(2000) });

const mention = z.object({
  type: z.literal('mention'),
  text: z.string().optional(),
  mentioned: z.object({ id: z.string() }),
});

const message = z.object({
  ...envelope,
  type: z.literal('message'),
  text: z.string().max(28_000).default(''),
  entities: z.array(z.union([mention, z.object({ type: z.string() })])).default([]),
  /** A button of a client without Action.Execute. */
  value: press.optional().catch(undefined),
});

const invoke = z.object({
  ...envelope,
  type: z.literal('invoke'),
  name: z.string(),
  /** The card that has the button. */
  replyToId: id.optional(),
  value: z.object({ action: z.object({ data: press }) }),
});

const conversationUpdate = z.object({ ...envelope, type: z.literal('conversationUpdate') });

const installationUpdate = z.object({
  ...envelope,
  type: z.literal('installationUpdate'),
  action: z.string(),
});

/** Reactions, typing and whatever else Teams sends. */
const other = z.object({ ...envelope, type: z.string().transform(() => 'other' as const) });

/** What Teams sends to a bot: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-activities */
export const activity = z.union([
  z.discriminatedUnion('type', [message, invoke, conversationUpdate, installationUpdate]),
  other,
]);
export type Activity = z.infer<typeof activity>;
export type Message = z.infer<typeof message>;
export type Invoke = z.infer<typeof invoke>;

/** The name of an invoke that a button of a card sends. */
export const CARD_ACTION = 'adaptiveCard/action';

/** What somebody typed, without the mention of the bot, or the command of the button that was pressed. */
export function commandText({ text, entities, recipient, value }: Message): string {
  if (value !== undefined) return value.command;
  const mentions = entities.flatMap((entity) =>
    'mentioned' in entity && entity.mentioned.id === recipient.id && entity.text !== undefined
      ? [entity.text]
      : [],
  );
  const typed = mentions.reduce((rest, mentioned) => rest.replaceAll(mentioned, ' '), text);
  return typed.replaceAll('&nbsp;', ' ').replaceAll(/\s+/g, ' ').trim();
}

/** Names the orchestration of an activity, so that one that is delivered twice starts nothing. Ids are per conversation. */
export const activityKey = ({ conversation, id }: Activity): string =>
  `teams-${createHash('sha256').update(`${conversation.id}\n${id}`).digest('hex').slice(0, 40)}`;

import { randomUUID } from 'node:crypto';
import { SERVICE_URL } from './bot-connector.ts';

/** Somebody in Teams. */
export interface TeamsUser {
  id: string;
  name: string;
  aadObjectId: string;
}

export const BOT = { id: '28:6c2d8a4e-0000-4000-8000-0000000000b0', name: 'Matcha' };

export interface Sender {
  from: TeamsUser;
  tenant: string;
  conversation?: string;
}

const envelope = ({ from, tenant, conversation = '19:chat@thread.v2' }: Sender) => ({
  id: randomUUID(),
  channelId: 'msteams',
  serviceUrl: SERVICE_URL,
  from,
  recipient: BOT,
  conversation: { id: conversation, tenantId: tenant, conversationType: 'groupChat' },
  channelData: { tenant: { id: tenant } },
});

/** What Teams sends when somebody mentions the bot. */
export const messageOf = (sender: Sender, text: string) => ({
  ...envelope(sender),
  type: 'message',
  text: `<at>${BOT.name}</at>&nbsp;${text}\n`,
  entities: [
    { type: 'mention', text: `<at>${BOT.name}</at>`, mentioned: BOT },
    { type: 'clientInfo', locale: 'en-US' },
  ],
});

/** What Teams sends when somebody presses a button of a card. */
export const pressOf = (sender: Sender, command: string) => ({
  ...envelope(sender),
  type: 'invoke',
  name: 'adaptiveCard/action',
  replyToId: '1700000000000',
  value: { action: { type: 'Action.Execute', verb: 'command', data: { command } }, trigger: 'manual' },
});

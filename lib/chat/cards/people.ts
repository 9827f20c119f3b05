import type { Principal } from '../../domain/principal.ts';
import type { Card } from '../card.ts';
import type { ChatChannel } from '../chat.ts';
import { USAGE, VERBS } from '../commands.ts';
import { timeText } from '../words.ts';

export const CHAT_NAMES: Record<ChatChannel, string> = { slack: 'Slack', teams: 'Teams' };

/** How a command begins in each chat. */
const ADDRESSED: Record<ChatChannel, string> = { slack: '/matcha', teams: '@Matcha' };

/** For somebody whom Matcha does not know. */
export const unlinkedCard = (channel: ChatChannel): Card => ({
  title: 'Matcha does not know who you are',
  state: { text: 'Not linked', tone: 'warning' },
  text: [
    `Run \`matcha link ${channel}\` on your machine, where you are signed in. It prints a code.`,
    `Then send \`${ADDRESSED[channel]} link\` and the code here, within ten minutes.`,
  ],
});

/** For somebody who is linked and did not sign in for a long time, or was removed. */
export const signInAgainCard = (channel: ChatChannel, reason: string): Card => ({
  title: 'Sign in again',
  state: { text: 'Not signed in', tone: 'warning' },
  text: [
    reason,
    `Sign in on your machine with the command line; \`matcha link ${channel}\` also counts. Then try again.`,
  ],
});

export const linkedCard = ({ name, role }: Principal, channel: ChatChannel): Card => ({
  title: `You are ${name}`,
  state: { text: 'Linked', tone: 'good' },
  text: [`In ${CHAT_NAMES[channel]} you may do what ${roleText(role)} may. \`unlink\` ends it.`],
  buttons: [
    { text: 'List stacks', command: 'list' },
    { text: 'Help', command: 'help' },
  ],
});

const roleText = (role: Principal['role']): string => (role === 'Reader' ? 'a Reader' : `an ${role}`);

export const wrongCodeCard = (isLimited: boolean): Card => ({
  title: 'This code does not work',
  state: { text: 'Not linked', tone: 'bad' },
  text: isLimited
    ? ['There were too many wrong codes. Wait ten minutes, then get a new one.']
    : ['It is wrong, used already, or older than ten minutes. Get a new one from the command line.'],
});

export const unlinkedNowCard: Card = {
  title: 'You are not linked any more',
  text: ['Nothing can be done here in your name until you link again.'],
};

export const whoamiCard = (
  { name, role }: Principal,
  { linkedAt, linkedRole }: { linkedAt: string; linkedRole: string },
): Card => ({
  title: `You are ${name}`,
  facts: [
    { label: 'Role here', text: `${role}, at most Operator in a chat` },
    { label: 'Linked', text: `${timeText(linkedAt)}, as ${linkedRole}` },
  ],
});

export const refusedConfirmationCard = (text: string): Card => ({
  title: 'Nothing was done',
  state: { text: 'Refused', tone: 'bad' },
  text: [text],
});

/** For a text that is not a command; `said` tells why. */
export const unclearCard = (said: string): Card => ({
  title: 'That is not clear',
  state: { text: 'Nothing was done', tone: 'warning' },
  text: [said],
  buttons: [{ text: 'Help', command: 'help' }],
});

/** The commands of a chat. */
export const helpCard = (): Card => ({
  title: 'What Matcha does here',
  text: ['For example `provision demo uksouth llm`, `status demo`, `destroy demo`.'],
  facts: VERBS.map((verb) => ({
    label: [verb, USAGE[verb].arguments].join(' ').trim(),
    text: USAGE[verb].summary,
  })),
  note: 'Credentials are never shown in a chat: use the command line.',
});

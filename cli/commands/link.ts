import type { LinkCode } from '../../lib/api/links.ts';
import { quote } from '../../lib/domain/quote.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT, usageError, type ExitCode } from '../exit.ts';

const CHATS = ['slack', 'teams'] as const;

/** What to write in each chat. */
const TYPED: Record<LinkCode['channel'], (words: string) => string> = {
  slack: (words) => `/matcha ${words}`,
  teams: (words) => `@Matcha ${words}`,
};

function chatOf(argument = ''): LinkCode['channel'] {
  const chat = CHATS.find((one) => one === argument.toLowerCase());
  if (chat !== undefined) return chat;
  throw usageError(`There is no chat ${quote(argument)}.`, 'Choose slack or teams.');
}

/** Prints a code with which somebody in a chat says who they are. */
export async function link(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const { value } = await api('createLink', { body: { channel: chatOf(argument) } });
  if (options.json === true) printJson(context, value);
  else
    terminal.out.print([
      TYPED[value.channel](`link ${value.code}`),
      `Send this to Matcha in ${value.channel}, within ten minutes. It works once; do not show it to others.`,
    ]);
  return EXIT.ok;
}

/** Ends the links of the person in a chat. */
export async function unlink(context: Context, [argument]: string[]): Promise<ExitCode> {
  const { api, options, terminal } = context;
  const channel = chatOf(argument);
  const { value } = await api('removeLinks', { params: { channel } });
  if (options.json === true) printJson(context, value);
  else terminal.out.print([`Nobody in ${channel} acts in your name now.`]);
  return EXIT.ok;
}

import { shellString } from '../shell.ts';
import { sentence } from './text.ts';

/** Lines that a POSIX shell evaluates. */
export const exportLines = (variables: Record<string, string>): string[] =>
  Object.entries(variables).map(([name, value]) => `export ${name}=${shellString(value)}`);

/** What was left out because it signs in, and the command line that prints it. */
export const withheldText = (withheld: readonly string[], command: string): string =>
  `${sentence(withheld)} ${withheld.length === 1 ? 'is' : 'are'} left out: they sign in, and only together. ` +
  `\`${command}\` prints them; this is recorded as an event.`;

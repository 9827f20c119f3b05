const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/** One word of a POSIX shell, in quotes when it needs them. */
export const shellWord = (text: string): string => (PLAIN_WORD.test(text) ? text : shellString(text));

/** A shell takes everything between single quotes literally. */
export const shellString = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

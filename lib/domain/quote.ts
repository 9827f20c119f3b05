/** The text, cut after `longest` characters. */
export const shorten = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;

/** Text of a caller in a message: in quotes, cut after 60 characters, with control characters escaped. */
export const quote = (text: string): string => JSON.stringify(shorten(text, 60));

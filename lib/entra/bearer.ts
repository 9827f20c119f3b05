import { ProblemError } from '../domain/problem.ts';
import { refused } from './refused.ts';

export interface Headers {
  get(name: string): string | null;
}

/** In characters. A token with the most groups that Entra puts into one has about 11,000. */
const LONGEST = 12_288;

/**
 * The token of a request. Throws NOT_SIGNED_IN without credentials, and TOKEN_REFUSED for anything but one token after
 * the word Bearer (RFC 6750, 2.1).
 */
export function bearerToken(headers: Headers): string {
  const value = headers.get('authorization');
  if (value === null) throw new ProblemError('NOT_SIGNED_IN', 'This needs somebody who is signed in.');
  const [, token] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(value) ?? [];
  if (token === undefined) throw refused('The Authorization header is not the word Bearer and one token.');
  if (token.length > LONGEST) throw refused(`The token is longer than ${LONGEST} characters.`);
  return token;
}

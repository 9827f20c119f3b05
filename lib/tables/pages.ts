import { z } from 'zod';
import { ProblemError } from '../domain/problem.ts';
import { manual } from '../domain/remedies.ts';

/** The part of a list that a caller asks for. */
export interface PageRequest {
  /** The largest number of items. */
  limit: number;
  /** From the page before; the first page without it. */
  continuationToken?: string | undefined;
}

/** A part of a list. It may have fewer items than asked for, also when more pages follow. */
export interface Page<T> {
  items: T[];
  /** For the next page; absent on the last one. */
  continuationToken?: string;
}

/** The query that a token belongs to, and the position in it as the client of Table Storage encodes it. */
const tokenSchema = z.strictObject({ query: z.string(), position: z.base64() });

/** Encodes the position of the next page. Callers may not rely on the content. */
export const toToken = (query: string, position: string): string =>
  Buffer.from(JSON.stringify({ query, position })).toString('base64url');

/** The position in a token. Throws INVALID_REQUEST for any text that is not a token of this query. */
export function fromToken(query: string, token: string): string {
  const parsed = tokenSchema.safeParse(jsonIn(Buffer.from(token, 'base64url').toString('utf8')));
  if (!parsed.success || parsed.data.query !== query) throw invalidToken();
  return parsed.data.position;
}

export const invalidToken = (): ProblemError =>
  new ProblemError('INVALID_REQUEST', 'The continuation token is not valid.', {
    cause: 'continuationToken: must be a token that an earlier page of this list returned',
    remedies: [manual('Leave the token out to start with the first page.')],
  });

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

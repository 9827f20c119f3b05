import type { HttpRequest } from '@azure/functions';
import { ProblemError } from '../../lib/domain/problem.ts';

/** In bytes. */
const MAX_BODY = 64 * 1024;

/** Reads the JSON body of a request, at most `limit` bytes; a missing body is an empty object. */
export async function jsonBody(request: HttpRequest, limit = MAX_BODY): Promise<unknown> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > limit) throw tooLarge(limit);
  const text = await request.text();
  if (Buffer.byteLength(text) > limit) throw tooLarge(limit);
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const cause = error instanceof Error ? error.message : undefined;
    throw new ProblemError('MALFORMED_JSON', 'The body is not JSON.', cause === undefined ? {} : { cause });
  }
}

const tooLarge = (limit: number) =>
  new ProblemError('BODY_TOO_LARGE', `The body is larger than ${limit / 1024} KiB.`);

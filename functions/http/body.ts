import type { HttpRequest } from '@azure/functions';
import { ProblemError } from '../../lib/domain/problem.ts';

const MAX_BODY = 64 * 1024;

/** Reads the JSON body of a request, at most 64 KiB; a missing body is an empty object. */
export async function jsonBody(request: HttpRequest): Promise<unknown> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > MAX_BODY) throw tooLarge();
  const text = await request.text();
  if (Buffer.byteLength(text) > MAX_BODY) throw tooLarge();
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const cause = error instanceof Error ? error.message : undefined;
    throw new ProblemError('MALFORMED_JSON', 'The body is not JSON.', cause === undefined ? {} : { cause });
  }
}

const tooLarge = () => new ProblemError('BODY_TOO_LARGE', 'The body is larger than 64 KiB.');

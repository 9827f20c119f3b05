import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The part of a request that Slack signs, and the signature. */
export interface SignedRequest {
  /** As received: parsing and writing it again would change it. */
  body: Uint8Array;
  headers: { get(name: string): string | null };
}

/** How far the clocks may differ, and how long a request may be under way, in seconds. */
const TOLERANCE = 300;

/** Versions of Slack's signing; only this one exists. */
const VERSION = 'v0';

/** Why a request is not from Slack. */
export type Forgery =
  | 'no signature'
  | 'no timestamp'
  | 'a timestamp that is not a number'
  | 'a timestamp that is too old'
  | 'a timestamp in the future'
  | 'an unknown version of the signature'
  | 'a wrong signature';

/**
 * Checks that Slack sent a request. Returns a digest of its signature, which identifies it, or why it did not. `now`
 * is in milliseconds since the epoch.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function checkSignature(
  { body, headers }: SignedRequest,
  secret: string,
  now: number,
): { digest: string } | { forgery: Forgery } {
  const signature = headers.get('x-slack-signature');
  const timestamp = headers.get('x-slack-request-timestamp');
  if (signature === null || signature === '') return { forgery: 'no signature' };
  if (timestamp === null || timestamp === '') return { forgery: 'no timestamp' };
  if (!/^\d{1,12}$/.test(timestamp)) return { forgery: 'a timestamp that is not a number' };
  const age = now / 1000 - Number(timestamp);
  if (age > TOLERANCE) return { forgery: 'a timestamp that is too old' };
  if (age < -TOLERANCE) return { forgery: 'a timestamp in the future' };
  if (!signature.startsWith(`${VERSION}=`)) return { forgery: 'an unknown version of the signature' };
  const expected = createHmac('sha256', secret).update(`${VERSION}:${timestamp}:`).update(body).digest('hex');
  if (!isEqual(signature, `${VERSION}=${expected}`)) return { forgery: 'a wrong signature' };
  return { digest: createHash('sha256').update(signature).digest('hex').slice(0, 32) };
}

/** In constant time for texts of the same length. */
function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

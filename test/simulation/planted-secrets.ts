import type { Exchange } from '../../local/trace.ts';

/** Shorter values are constants, such as a user name. */
const MIN_LENGTH = 16;

/**
 * The secret values in a request or a response: of Secrets in a cluster, as text and as base64, account
 * keys, and tokens of service accounts.
 */
export function secretsOf({ method, url, requestBody, responseBody }: Exchange): string[] {
  if (/\/listKeys\b/i.test(url)) return keysIn(responseBody);
  if (/\/serviceaccounts\/[^/]+\/token\b/.test(url)) return tokenIn(responseBody);
  if (method === 'GET' || !isSecret(requestBody)) return [];
  const { data = {}, stringData = {}, type } = requestBody;
  // Release records hold manifests, which are no secret.
  if (type?.startsWith('matcha.dev/')) return [];
  const encoded = Object.values(data);
  const texts = [
    ...Object.values(stringData),
    ...encoded.map((value) => Buffer.from(value, 'base64').toString()),
  ];
  return [...encoded, ...texts].filter((value) => value.length >= MIN_LENGTH && !isPublic(value));
}

/** A certificate is public; its key is not. */
const isPublic = (value: string) =>
  value.includes('BEGIN CERTIFICATE') ||
  Buffer.from(value, 'base64').toString().includes('BEGIN CERTIFICATE');

interface Secret {
  kind: 'Secret';
  type?: string;
  data?: Record<string, string>;
  stringData?: Record<string, string>;
}

const isSecret = (body: unknown): body is Secret =>
  typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Secret';

function tokenIn(body: unknown): string[] {
  const { status } = (body ?? {}) as { status?: { token?: string } };
  return status?.token === undefined ? [] : [status.token];
}

function keysIn(body: unknown): string[] {
  const { keys = [] } = (body ?? {}) as { keys?: { value: string }[] };
  return keys.map(({ value }) => value);
}

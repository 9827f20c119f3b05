import { generateKeyPair, randomUUID, sign as signBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** A signing key, with the form in which the issuer publishes it. */
export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  published: object;
}

/** Entra publishes no `alg`. */
export async function createKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  return {
    kid,
    privateKey,
    published: { ...publicKey.export({ format: 'jwk' }), kid, x5t: kid, use: 'sig' },
  };
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs a token with RS256 (RFC 7515). */
export function sign(
  { kid, privateKey }: Pick<SigningKey, 'kid' | 'privateKey'>,
  claims: object,
  header: object = {},
): string {
  const signed = `${encode({ typ: 'JWT', alg: 'RS256', kid, ...header })}.${encode(claims)}`;
  return `${signed}.${signBytes('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

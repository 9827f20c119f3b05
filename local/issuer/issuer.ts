import type { Directory } from '../../lib/settings.ts';
import type { LocalPerson } from '../people.ts';
import type { accessClaims } from './claims.ts';

/** A simulated Entra: it signs people in and issues tokens, in the form of the real one. */
export interface Issuer {
  directory: Directory;
  /** An access token, without the sign-in in a browser. */
  tokenFor(person: LocalPerson): string;
  /** The claims of that token. */
  claimsFor(person: LocalPerson): ReturnType<typeof accessClaims>;
  /** Signs any claims with the current key. */
  sign(claims: object, header?: object): string;
  /** The keys that it publishes. */
  publishedKeys(): object[];
  /** Signs with a new key from now on. The published keys are the new one and, unless it is withdrawn, the old one. */
  rotateKeys(options?: { withdraw: boolean }): Promise<void>;
  /** While true, the keys cannot be read. */
  keysFail: boolean;
  /** How often the keys were read. */
  keyRequests: number;
  close(): Promise<void>;
}

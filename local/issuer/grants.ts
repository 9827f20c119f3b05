import { createHash, randomBytes } from 'node:crypto';
import type { LocalPerson } from '../people.ts';
import { ERRORS } from './errors.ts';

/** What somebody agreed to. */
export interface Grant {
  person: LocalPerson;
  scopes: readonly string[];
  nonce?: string | undefined;
}

interface Code extends Grant {
  redirectUri: string;
  challenge: string;
  expires: number;
  isUsed: boolean;
}

interface Device {
  userCode: string;
  scopes: readonly string[];
  expires: number;
  answer?: LocalPerson | 'declined';
  isUsed: boolean;
}

/** In milliseconds. */
const CODE_LASTS = 600_000;
export const DEVICE_LASTS = 900_000;
const REFRESH_LASTS = 90 * 86_400_000;

/** Keeps codes and refresh tokens, in memory. `now` is in milliseconds since the epoch. */
export function createGrants(now: () => number) {
  const codes = new Map<string, Code>();
  const devices = new Map<string, Device>();
  const refreshTokens = new Map<string, Grant & { expires: number }>();

  return {
    /** A code for the redirect. `challenge` is the SHA-256 of what the client must show (RFC 7636). */
    addCode(code: Grant & { redirectUri: string; challenge: string }): string {
      const key = secret();
      codes.set(key, { ...code, expires: now() + CODE_LASTS, isUsed: false });
      return key;
    },

    redeemCode(key: string, redirectUri: string, verifier: string): Grant {
      const code = codes.get(key);
      if (code === undefined) throw ERRORS.unknownGrant();
      if (code.isUsed) throw ERRORS.usedCode();
      if (code.expires < now()) throw ERRORS.expiredGrant();
      if (code.redirectUri !== redirectUri) throw ERRORS.wrongRedirect();
      if (createHash('sha256').update(verifier).digest('base64url') !== code.challenge)
        throw ERRORS.wrongVerifier();
      code.isUsed = true;
      return code;
    },

    addDevice(scopes: readonly string[]): { deviceCode: string; userCode: string } {
      const deviceCode = secret();
      const userCode = randomBytes(5).toString('hex').slice(0, 9).toUpperCase();
      devices.set(deviceCode, { userCode, scopes, expires: now() + DEVICE_LASTS, isUsed: false });
      return { deviceCode, userCode };
    },

    /** The device that waits for an answer with this code. */
    answerDevice(userCode: string, answer: LocalPerson | 'declined'): boolean {
      const device = [...devices.values()].find((one) => one.userCode === userCode.trim().toUpperCase());
      if (device === undefined || device.answer !== undefined || device.expires < now()) return false;
      device.answer = answer;
      return true;
    },

    redeemDevice(deviceCode: string): Grant {
      const device = devices.get(deviceCode);
      if (device === undefined) throw ERRORS.unknownDeviceCode();
      if (device.isUsed) throw ERRORS.usedCode();
      if (device.expires < now()) throw ERRORS.expiredDeviceCode();
      if (device.answer === undefined) throw ERRORS.pending();
      if (device.answer === 'declined') throw ERRORS.declined();
      device.isUsed = true;
      return { person: device.answer, scopes: device.scopes };
    },

    addRefreshToken({ person, scopes }: Grant): string {
      const token = secret();
      refreshTokens.set(token, { person, scopes, expires: now() + REFRESH_LASTS });
      return token;
    },

    /** Entra lets a refresh token be used again. */
    redeemRefreshToken(token: string): Grant {
      const grant = refreshTokens.get(token);
      if (grant === undefined) throw ERRORS.unknownGrant();
      if (grant.expires < now()) throw ERRORS.expiredGrant();
      return grant;
    },
  };
}

export type Grants = ReturnType<typeof createGrants>;

const secret = (): string => randomBytes(32).toString('base64url');

import type { TokenCredential } from '@azure/core-auth';

export const ARM_AUDIENCES = [
  'https://management.core.windows.net/',
  'https://management.core.windows.net',
  'https://management.azure.com/',
  'https://management.azure.com',
];

/** The Entra application id of the AKS API servers. */
export const AKS_AUDIENCE = '6dae42f8-4368-4678-94ff-3960e28e3630';

export interface Claims {
  /** The object id of the principal. */
  oid: string;
  tid: string;
  aud: string;
  /** Seconds of real time since the epoch, because the SDKs compare it with the system clock. */
  exp: number;
}

const LIFETIME_SECONDS = 3600;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An unsigned token in the format of Entra. Only the simulated services accept it. */
export function issueToken(claims: Omit<Claims, 'exp'>): { token: string; expiresOnTimestamp: number } {
  const exp = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
  const token = `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ ...claims, exp })}.simulated`;
  return { token, expiresOnTimestamp: exp * 1000 };
}

/** The claims of a token from this module; undefined if it is invalid or expired. */
export function readToken(token: string | undefined): Claims | undefined {
  const [, payload, signature] = (token ?? '').split('.');
  if (payload === undefined || signature !== 'simulated') return undefined;
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
    return claims.exp * 1000 > Date.now() ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** A credential like that of a managed identity. It gets a token for the audience of the scope. */
export function createCredential(oid: string, tid: string): TokenCredential {
  return {
    getToken(scopes) {
      const scope = Array.isArray(scopes) ? (scopes[0] ?? '') : scopes;
      return Promise.resolve(issueToken({ oid, tid, aud: scope.replace(/\/\.default$/, '') }));
    },
  };
}

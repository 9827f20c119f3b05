import type { TokenCredential } from '@azure/core-auth';

export const ARM_AUDIENCES = [
  'https://management.core.windows.net/',
  'https://management.core.windows.net',
  'https://management.azure.com/',
  'https://management.azure.com',
];

/** The Entra application in front of every AKS API server. */
export const AKS_AUDIENCE = '6dae42f8-4368-4678-94ff-3960e28e3630';

export interface Claims {
  /** The object id of the principal. */
  oid: string;
  tid: string;
  aud: string;
  /** Real time, in seconds, because the SDKs compare it with the machine's clock. */
  exp: number;
}

const LIFETIME_SECONDS = 3600;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token in the form of Entra's, unsigned, which only the simulated services accept. */
export function issueToken(claims: Omit<Claims, 'exp'>): { token: string; expiresOnTimestamp: number } {
  const exp = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
  const token = `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ ...claims, exp })}.simulated`;
  return { token, expiresOnTimestamp: exp * 1000 };
}

/** The claims of a token that this module issued and that has not expired. */
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

/** A credential like a managed identity's: it gets a token for whatever audience the scope names. */
export function createCredential(oid: string, tid: string): TokenCredential {
  return {
    getToken(scopes) {
      const scope = Array.isArray(scopes) ? (scopes[0] ?? '') : scopes;
      return Promise.resolve(issueToken({ oid, tid, aud: scope.replace(/\/\.default$/, '') }));
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { Cluster } from './cluster.ts';
import { resourceOf } from './kinds.ts';
import { timestamp } from './objects.ts';
import type { ApiObject, JsonRecord } from './objects.ts';
import { parseResourcePath } from './paths.ts';
import { isPermitted, verbOf } from './rbac.ts';
import { ApiError, causes, invalid, unauthorized } from './status.ts';

interface Claims {
  jti: string;
  /** `system:serviceaccount:<namespace>:<name>` */
  sub: string;
  uid: string;
  /** The servers that accept the token. */
  aud: string[];
  /** Seconds since the epoch. */
  exp: number;
}

const SUBJECT = 'system:serviceaccount:';
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;

/** The audience of a token unless the request names others; the API server accepts no other. */
const API_SERVER = 'https://kubernetes.default.svc.cluster.local';

/** TokenRequest is a kind of its own group (pkg/apis/authentication/validation). */
const TOKEN_REQUEST = { group: 'authentication.k8s.io', kind: 'TokenRequest' };

/**
 * Handles a TokenRequest. The token is bound to the service account and expires.
 * @throws ApiError 422 for less than ten minutes, or more than 2^32 seconds.
 */
export function issueToken(cluster: Cluster, { metadata }: ApiObject, spec: JsonRecord): object {
  const seconds = Number(spec['expirationSeconds'] ?? 3600);
  const limit =
    seconds < MIN_SECONDS ? 'less than 10 minutes' : seconds > MAX_SECONDS ? 'larger than 2^32 seconds' : '';
  if (limit !== '') {
    const wrong = causes.invalid('spec.expirationSeconds', seconds, `may not specify a duration ${limit}`);
    throw invalid(TOKEN_REQUEST, '', [wrong]);
  }
  const named = Array.isArray(spec['audiences']) ? spec['audiences'].map(String) : [];
  const audiences = named.length > 0 ? named : [API_SERVER];
  const now = cluster.clock.now();
  const expires = now + seconds * 1000;
  const { uid, name, namespace = '' } = metadata;
  const claims: Claims = {
    jti: randomUUID(),
    sub: `${SUBJECT}${namespace}:${name}`,
    uid,
    aud: audiences,
    exp: Math.floor(expires / 1000),
  };
  const token = [{ alg: 'RS256', typ: 'JWT' }, claims, claims.jti]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  cluster.attachments(uid).set(`token/${claims.jti}`, token);
  return {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { name, namespace, creationTimestamp: timestamp(now) },
    spec: { ...spec, audiences, expirationSeconds: seconds },
    status: { token, expirationTimestamp: timestamp(expires) },
  };
}

/** The claims of a service account token; undefined for other tokens. */
export function claimsOf(token: string): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const found = claims as Partial<Claims>;
    return found.sub?.startsWith(SUBJECT) && found.uid && found.jti && found.aud
      ? (found as Claims)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The authorization error for a request of a service account; undefined if it is allowed. Discovery is always allowed. */
export function serviceAccountError(
  cluster: Cluster,
  token: string,
  claims: Claims,
  { method, path }: { method: string; path: string },
): ApiError | undefined {
  const isIssued = cluster.attachments(claims.uid).get(`token/${claims.jti}`) === token;
  const isValid = claims.aud.includes(API_SERVER) && claims.exp * 1000 > cluster.clock.now();
  if (!isIssued || !isValid) return unauthorized();
  const target = parseResourcePath(path, cluster.kinds());
  const [namespace = '', name = ''] = claims.sub.slice(SUBJECT.length).split(':');
  if (!target || isPermitted(cluster, { namespace, name }, method, target)) return undefined;
  const { kind, subresource } = target;
  const resource = subresource ? `${kind.plural}/${subresource}` : kind.plural;
  const where =
    target.namespace === undefined ? 'at the cluster scope' : `in the namespace "${target.namespace}"`;
  const of = resourceOf(kind);
  const subject = target.name === undefined ? of : `${of} "${target.name}"`;
  return new ApiError(
    403,
    'Forbidden',
    `${subject} is forbidden: User "${claims.sub}" cannot ${verbOf(method, target)} resource "${resource}" in API group "${kind.group}" ${where}`,
    {
      ...(target.name === undefined ? {} : { name: target.name }),
      ...(kind.group ? { group: kind.group } : {}),
      kind: kind.plural,
    },
  );
}

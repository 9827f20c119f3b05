import type { BlobAnswer, BlobRequest } from '../../lib/components/stand-in.ts';
import { BLOBS, type BlobReply, type HttpBlobRequest } from './blobs.ts';
import { readToken } from './tokens.ts';

/** learn.microsoft.com, "Authorize access to blobs using Microsoft Entra ID": the resource of all accounts. */
const AUDIENCE = /^https:\/\/storage\.azure\.com\/?$/;

const PATH = /^([a-z0-9]+)\.blob\.core\.windows\.net\/([^/]+)\/(.+)$/;

const VERBS = ['GET', 'PUT', 'DELETE'] as const;

/**
 * Answers a request to the account of a stack from outside the cluster, with a token of a person: Put Blob, Get Blob and
 * Delete Blob. Shared keys and signatures are off.
 */
export function answerUserBlob(
  { method, url, headers, body }: HttpBlobRequest,
  perform: (principal: string, request: BlobRequest) => BlobAnswer,
): BlobReply {
  const claims = readToken(/^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]);
  if (claims === undefined || !AUDIENCE.test(claims.aud)) return replyTo(401, 'InvalidAuthenticationInfo');
  const path = decodeURIComponent(url.pathname.slice(BLOBS.length));
  const [, account = '', container = '', blob = ''] = PATH.exec(path) ?? [];
  if (blob === '') return replyTo(400, 'InvalidUri');
  const verb = VERBS.find((known) => known === method);
  if (verb === undefined) return replyTo(405, 'UnsupportedHttpVerb');
  const request = { account, container, path: blob, ...(verb === 'PUT' && { content: body.toString() }) };
  const { status, code, content } = perform(claims.oid, { method: verb, ...request });
  return code === undefined ? { status, bytes: Buffer.from(content ?? '') } : replyTo(status, code);
}

const replyTo = (status: number, code: string): BlobReply => ({
  status,
  headers: { 'x-ms-error-code': code },
  bytes: Buffer.from(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`),
});

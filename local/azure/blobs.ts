import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../clock.ts';
import type { DocumentStore } from '../document-store.ts';

/** The path of all blobs in this simulator, before the host and the path of their real URL. */
export const BLOBS = '/~blob/';

const SUFFIX = '.blob.core.windows.net';

export const isBlobHost = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' && hostname.endsWith(SUFFIX);

export interface HttpBlobRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface BlobReply {
  status: number;
  headers?: Record<string, string>;
  bytes?: Buffer;
}

/** Blobs that Azure's own services offer with signed URLs: build contexts to write, logs to read. */
export interface BlobStore {
  /** A URL with a shared access signature for `permission`, valid for an hour of simulated time. */
  sign(blob: string, permission: 'rcw' | 'r'): string;
  /** The bytes of an uploaded blob. */
  read(blob: string): Buffer | undefined;
  /** Sets what a blob contains when it is read; undefined while it does not exist. */
  source: (blob: string) => Buffer | undefined;
  answer(request: HttpBlobRequest): BlobReply;
}

interface Signed {
  blob: string;
  permission: string;
  until: number;
}

/** The container of a registry in Microsoft's storage account. */
export const ACCOUNT = `acrtasksim${SUFFIX}`;
const VALID_MS = 60 * 60_000;

const refused = (status: number, code: string): BlobReply => ({
  status,
  headers: { 'x-ms-error-code': code, 'content-type': 'application/xml' },
  bytes: Buffer.from(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`),
});

/**
 * Signatures, headers and errors as in the REST API of Blob Storage (learn.microsoft.com: "Put Blob", "Get Blob",
 * "Create a service SAS", "Status and error codes").
 */
export function createBlobStore(clock: Clock, documents: DocumentStore): BlobStore {
  const uploads = documents.collection<string>('azure.blobs');
  const signatures = documents.collection<Signed>('azure.blobSignatures');
  const read = (blob: string) => {
    const text = uploads.get(blob);
    return text === undefined ? undefined : Buffer.from(text, 'base64');
  };

  const put = (blob: string, { headers, body }: HttpBlobRequest): BlobReply => {
    if (headers['x-ms-blob-type'] === undefined) return refused(400, 'MissingRequiredHeader');
    if (headers['x-ms-blob-type'] !== 'BlockBlob') return refused(400, 'InvalidHeaderValue');
    uploads.set(blob, body.toString('base64'));
    return { status: 201 };
  };
  const get = (blob: string, { headers }: HttpBlobRequest): BlobReply => {
    const bytes = store.source(blob);
    if (bytes === undefined) return refused(404, 'BlobNotFound');
    const range = headers['x-ms-range'] ?? headers.range;
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(String(range ?? 'bytes=0-')) ?? [];
    if (first === undefined) return refused(400, 'InvalidHeaderValue');
    if (range !== undefined && Number(first) >= bytes.length) return refused(416, 'InvalidRange');
    const end = last === '' ? bytes.length : Number(last) + 1;
    return { status: range === undefined ? 200 : 206, bytes: bytes.subarray(Number(first), end) };
  };

  const store: BlobStore = {
    sign(blob, permission) {
      const signature = randomBytes(32).toString('base64');
      const until = clock.now() + VALID_MS;
      signatures.set(signature, { blob, permission, until });
      const query = new URLSearchParams({
        sv: '2024-11-04',
        se: new Date(until).toISOString(),
        sr: 'b',
        sp: permission,
        sig: signature,
      });
      return `https://${ACCOUNT}/${blob}?${query.toString()}`;
    },
    read,
    source: read,
    answer(request) {
      const { url, method, headers } = request;
      const blob = url.pathname.slice(BLOBS.length + ACCOUNT.length + 1);
      const signed = signatures.get(url.searchParams.get('sig') ?? '');
      // A request has one kind of authorization.
      if (signed?.blob !== blob || signed.until <= clock.now() || headers.authorization !== undefined)
        return refused(403, 'AuthenticationFailed');
      const needed = method === 'PUT' ? 'w' : 'r';
      if (!signed.permission.includes(needed)) return refused(403, 'AuthorizationPermissionMismatch');
      if (method === 'PUT') return put(blob, request);
      return method === 'GET' ? get(blob, request) : refused(405, 'UnsupportedHttpVerb');
    },
  };
  return store;
}

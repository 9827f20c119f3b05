import {
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  RestError,
  type HttpClient,
  type PipelinePolicy,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';

/**
 * Reads and writes blobs of Azure's own storage accounts, by URLs with a signature in them. Such a URL is a secret: it
 * stays in the memory of one call, and no error contains it.
 */
export interface Blobs {
  write(url: string, body: Uint8Array): Promise<void>;
  /** The bytes from an offset, at most `length` bytes; empty when there is no blob yet, or nothing behind it. */
  read(url: string, offset: number, length: number): Promise<Buffer>;
}

/** The signature in the URL authorizes a request, so it must not carry a token of the control plane. */
export function createBlobs(policies: readonly PipelinePolicy[], httpClient: HttpClient): Blobs {
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
  for (const policy of policies) pipeline.addPolicy(policy, { afterPhase: 'Retry' });

  const send = async (
    url: string,
    method: 'GET' | 'PUT',
    headers: Record<string, string>,
    body?: Uint8Array,
  ): Promise<PipelineResponse> => {
    const request = createPipelineRequest({
      url,
      method,
      headers: createHttpHeaders(headers),
      ...(body !== undefined && { body }),
      // A chunk of a log may end inside a character, so it is read as bytes.
      streamResponseStatusCodes: new Set([200, 206]),
    });
    try {
      return await pipeline.sendRequest(httpClient, request);
    } catch (error) {
      // The message and the request of the error may contain the URL.
      if (error instanceof RestError) throw new RestError('No answer.', { code: error.code ?? 'ECONNRESET' });
      throw error;
    }
  };
  const refused = ({ status, headers }: PipelineResponse): RestError =>
    new RestError(`HTTP ${status}, request ${headers.get('x-ms-request-id') ?? 'unknown'}`, {
      statusCode: status,
      code: headers.get('x-ms-error-code') ?? String(status),
    });

  return {
    async write(url, body) {
      const response = await send(url, 'PUT', { 'x-ms-blob-type': 'BlockBlob' }, body);
      if (response.status >= 300) throw refused(response);
    },
    async read(url, offset, length) {
      const range = `bytes=${offset}-${offset + length - 1}`;
      const response = await send(url, 'GET', { 'x-ms-range': range });
      if (response.status === NOT_FOUND || response.status === NOTHING_THERE) return Buffer.alloc(0);
      if (response.status >= 300) throw refused(response);
      const chunks = (response.readableStreamBody ?? []) as AsyncIterable<Uint8Array>;
      return Buffer.concat(await Array.fromAsync(chunks));
    },
  };
}

const NOT_FOUND = 404;
/** The offset is the end of the blob. */
const NOTHING_THERE = 416;

import { request } from 'node:http';

export interface RawRequest {
  method: string;
  /** As sent: no client makes it valid. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface RawResponse {
  status: number;
  contentType: string;
  body: string;
}

/** Sends a request as it is; `fetch` corrects or refuses some of them. */
export const sendRaw = (
  url: string,
  { method, path, headers = {}, body }: RawRequest,
): Promise<RawResponse> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = request({
      ...{ hostname, port, method, path },
      headers: { ...length, ...headers },
      setHost: headers['host'] === undefined,
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          body: text,
        }),
      );
    });
    sent.end(body);
  });

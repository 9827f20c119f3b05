import { request as open } from 'node:http';
import type { CanaryResponse } from '../../lib/components/component.ts';

export interface TestRequest {
  method: string;
  path: string;
  /** The Host header, which fetch cannot set. */
  host: string;
  headers?: Record<string, string>;
  /** A string is sent as text, anything else as JSON. */
  body?: unknown;
}

export interface TestResponse extends CanaryResponse {
  headers: Record<string, string | string[] | undefined>;
}

/** Sends a request to a port on the loopback interface. */
export function request(
  port: number,
  { method, path, host, headers, body }: TestRequest,
): Promise<TestResponse> {
  const isText = typeof body === 'string';
  const payload = body === undefined ? undefined : isText ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = open({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent: false,
      timeout: 30_000,
      headers: {
        host,
        ...(payload !== undefined && {
          'content-type': isText ? 'text/plain' : 'application/json',
          'content-length': Buffer.byteLength(payload),
        }),
        ...headers,
      },
    });
    outgoing.on('error', reject).on('timeout', () => outgoing.destroy(new Error(`${path} does not answer.`)));
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('error', reject).on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: parsed(text) });
      });
    });
    outgoing.end(payload);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

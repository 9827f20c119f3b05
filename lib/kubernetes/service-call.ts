import { request as send } from 'undici';
import type { Connection } from './connection.ts';
import { orNoAnswer } from './errors.ts';

export interface ServiceRequest {
  method: string;
  /** Starts with a slash. */
  path: string;
  /** A string is sent unchanged, any other value as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Whether a second request has the same effect as one. */
export const isIdempotent = ({ method }: ServiceRequest): boolean =>
  ['GET', 'HEAD', 'PUT', 'DELETE'].includes(method);

/** Sends a request to a service through the API server. Throws a NoAnswerError. */
export async function callService(
  { server, agent, token }: Connection,
  path: string,
  { method, body, headers }: ServiceRequest,
): Promise<{ status: number; body: unknown }> {
  const isText = typeof body === 'string';
  const response = await orNoAnswer(
    send(server + path, {
      method,
      dispatcher: agent,
      headers: {
        ...(body !== undefined && { 'content-type': isText ? 'text/plain' : 'application/json' }),
        ...headers,
        // The API server uses this header itself and does not forward it.
        authorization: `Bearer ${await token()}`,
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    }),
  );
  return { status: response.statusCode, body: parseBody(await orNoAnswer(response.body.text())) };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

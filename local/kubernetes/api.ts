import type { IncomingHttpHeaders } from 'node:http';

/** One request to the API server of a cluster. */
export interface ApiRequest {
  method: string;
  /** Without the prefix of the cluster. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What the API server, or a tool behind its proxy, answers. */
export interface ApiResponse {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is text or bytes. */
  body: unknown;
}

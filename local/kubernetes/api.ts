import type { IncomingHttpHeaders } from 'node:http';

/** One request to the API server of a cluster. */
export interface ApiRequest {
  method: string;
  /** Without the path prefix of the cluster. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** The response of the API server, or of a tool behind its proxy. */
export interface ApiResponse {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON, except for text and bytes. */
  body: unknown;
}

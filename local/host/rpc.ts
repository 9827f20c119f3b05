/**
 * The wire types between the Functions host and the Node.js library that the local host uses.
 * Source: the `RpcTypedData`, `RpcHttp` and `InvocationResponse` messages of azure-functions-language-worker-protobuf.
 */
export interface RpcTypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: RpcHttp;
}

export interface RpcHttp {
  method?: string;
  url?: string;
  headers?: Record<string, string>;
  params?: Record<string, string>;
  body?: RpcTypedData;
  statusCode?: string;
  cookies?: RpcCookie[];
}

export interface RpcCookie {
  name: string;
  value: string;
  domain?: { value: string };
  path?: { value: string };
  expires?: { value: { seconds: number } };
  maxAge?: { value: number };
  secure?: { value: boolean };
  httpOnly?: { value: boolean };
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
}

export interface RpcInvocationResponse {
  returnValue?: RpcTypedData | null;
  outputData?: { name: string; data: RpcTypedData }[];
}

/** Encodes the input of a function: a string as text, everything else as JSON. */
export const toTypedData = (value: unknown): RpcTypedData =>
  typeof value === 'string' ? { string: value } : { json: JSON.stringify(value ?? null) };

/** Decodes the result of a function. Binary results become base64, as in the Durable extension. */
export function fromTypedData(data: RpcTypedData | null | undefined): unknown {
  if (data?.json !== undefined) return JSON.parse(data.json);
  if (data?.bytes !== undefined) return Buffer.from(data.bytes).toString('base64');
  return data?.string ?? data?.int ?? data?.double;
}

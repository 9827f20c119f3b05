import { appendFileSync, writeFileSync } from 'node:fs';

/** One request to a simulated service and its response, for checks against the API definitions. */
export interface Exchange {
  target: 'arm' | 'kubernetes';
  method: string;
  url: string;
  requestBody: unknown;
  status: number;
  responseBody: unknown;
  /** The client request id of Azure's SDKs. A retry has the same id. */
  requestId?: string;
}

export type Trace = (exchange: Exchange) => void;

/** Valid base64, as the data of a Secret requires. */
const REDACTED = Buffer.from('redacted').toString('base64');

/** Members with secret values, at any depth. */
const SECRET_MEMBER = /password|connectionstring|accesstoken|kubeconfig|uploadurl|loglink|^token$/i;

/** Lists whose elements have a secret `value`, such as the response of listKeys. */
const SECRET_LIST = /^(keys|passwords|kubeconfigs)$/i;

/** Writes each exchange as one line of JSON to `file`, with every secret value redacted. */
export function traceTo(file: string): Trace {
  writeFileSync(file, '');
  return (exchange) => {
    const { requestBody, responseBody } = exchange;
    // A text is what a tool in the cluster gets or answers, and may contain credentials, such as a login form.
    const safe = {
      ...exchange,
      ...(typeof requestBody === 'string' && { requestBody: REDACTED }),
      ...(typeof responseBody === 'string' && { responseBody: REDACTED }),
    };
    appendFileSync(file, `${JSON.stringify(redact(safe))}\n`);
  };
}

function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  const isSecret = 'kind' in value && value.kind === 'Secret';
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => {
      if (isSecret && (name === 'data' || name === 'stringData')) return [name, redactAll(member)];
      if (typeof member === 'string' && SECRET_MEMBER.test(name)) return [name, REDACTED];
      if (Array.isArray(member) && SECRET_LIST.test(name)) return [name, member.map(redactValue)];
      return [name, redact(member)];
    }),
  );
}

const redactValue = (element: unknown): unknown =>
  typeof element === 'object' && element !== null && 'value' in element
    ? { ...element, value: REDACTED }
    : redact(element);

const redactAll = (members: unknown): unknown =>
  Object.fromEntries(Object.keys(members ?? {}).map((name) => [name, REDACTED]));

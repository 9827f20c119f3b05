import { appendFileSync, writeFileSync } from 'node:fs';

/** One request to a simulated service and its answer, as a checker of API definitions reads them. */
export interface Exchange {
  target: 'arm' | 'kubernetes';
  method: string;
  url: string;
  requestBody: unknown;
  status: number;
  responseBody: unknown;
  /** The id that Azure's clients give a request; a repetition keeps it. */
  requestId?: string;
}

export type Trace = (exchange: Exchange) => void;

/** Valid base64, since the data of a Secret must be. */
const REDACTED = Buffer.from('redacted').toString('base64');

/** Members whose values are secret wherever they stand: keys, passwords, kubeconfigs, tokens. */
const SECRET_MEMBER = /password|connectionstring|accesstoken|kubeconfig|^token$/i;

/** Lists whose elements have a secret `value`: what Azure's listKeys, listCredentials and the like return. */
const SECRET_LIST = /^(keys|passwords|kubeconfigs)$/i;

/** Writes each exchange as one line of JSON to `file`, with every secret value replaced. */
export function traceTo(file: string): Trace {
  writeFileSync(file, '');
  return (exchange) => {
    const { requestBody } = exchange;
    // A body that is no JSON goes to a tool in the cluster, as a login does.
    const safe = typeof requestBody === 'string' ? { ...exchange, requestBody: REDACTED } : exchange;
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

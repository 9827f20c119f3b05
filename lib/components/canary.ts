import { CanaryError, type CanaryCluster, type CanaryRequest, type CanaryResponse } from './component.ts';

/** Returns the body of a 2xx response; `what` names the request in errors. */
export async function expectOk(what: string, answer: Promise<CanaryResponse>): Promise<unknown> {
  const { status, body } = await answer;
  if (status >= 200 && status < 300) return body;
  // Only messages: the details of a rejected form repeat its values, including passwords.
  const reason = [['message'], ['detail'], ['detail', 1], ['error']]
    .map((path) => at(body, ...path))
    .find((text) => typeof text === 'string');
  const text = `${what}: status ${status}${reason === undefined ? '' : `, ${readable(reason)}`}`;
  throw new CanaryError(text, status);
}

/** Calls a tool and returns the body of its 2xx response; `what` names the request in a CanaryError. */
export type ToolCall = (
  what: string,
  method: CanaryRequest['method'],
  path: string,
  body?: unknown,
) => Promise<unknown>;

/** Returns a function that calls a service; its paths are relative to `basePath`. */
export const callerOf =
  (
    cluster: CanaryCluster,
    service: { name: string; port: number },
    basePath: string,
    headers?: Record<string, string>,
  ): ToolCall =>
  (what, method, path, body) =>
    expectOk(
      what,
      cluster.call(service, {
        method,
        path: `${basePath}${path}`,
        ...(headers && { headers }),
        ...(body !== undefined && { body }),
      }),
    );

/** Removes the input values that pydantic adds to a message. */
const readable = (reason: string): string => reason.replace(/ \[type=.*$/s, '').replaceAll(/\s+/g, ' ');

/** The value at a path of field names and list indexes; undefined when there is none. */
export const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    value,
  );

/** The list at a path; empty when there is none. */
export const listAt = (value: unknown, ...path: string[]): unknown[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
};

/** The text at a path of a response; throws a CanaryError when there is none. */
export function textAt(what: string, body: unknown, ...path: string[]): string {
  const value = at(body, ...path);
  if (typeof value === 'string' && value !== '') return value;
  throw new CanaryError(`${what}: the response has no ${path.join('.')}`);
}

/** Throws a CanaryError when a value is not the expected one. */
export function expectSame(what: string, found: unknown, expected: string | number): void {
  if (found === expected) return;
  throw new CanaryError(`${what}: expected ${shown(expected)}, found ${shown(found)}`);
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/**
 * A path with values from a response of a tool, each encoded as one segment. Throws a CanaryError for a value
 * that could change the path, because the calls have the permissions of the control plane.
 */
export const pathTo = (texts: TemplateStringsArray, ...values: string[]): string =>
  texts.reduce((path, text, index) => path + segment(values[index - 1] ?? '') + text);

function segment(value: string): string {
  if (value === '' || value === '.' || value === '..' || /[/\\\p{Cc}]/u.test(value))
    throw new CanaryError(`The answer has an id that cannot be part of a path: ${JSON.stringify(value)}`);
  return encodeURIComponent(value);
}

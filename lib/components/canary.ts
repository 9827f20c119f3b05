import { CanaryError, type CanaryResponse } from './component.ts';

/** The body of an answer of status 2xx; `what` says in an error what was tried. */
export async function expectOk(what: string, answer: Promise<CanaryResponse>): Promise<unknown> {
  const { status, body } = await answer;
  if (status >= 200 && status < 300) return body;
  // Only texts that are meant to be read: details of a refused form repeat what was sent, passwords too.
  const reason = [['message'], ['detail'], ['detail', 1], ['error']]
    .map((path) => at(body, ...path))
    .find((text) => typeof text === 'string');
  throw new CanaryError(`${what}: status ${status}${reason === undefined ? '' : `, ${readable(reason)}`}`);
}

/** pydantic adds the values that it was given. */
const readable = (reason: string): string => reason.replace(/ \[type=.*$/s, '').replaceAll(/\s+/g, ' ');

/** What lies at a path of field names and list positions, if anything does. */
export const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    value,
  );

/** The list at a path; an empty one when there is none. */
export const listAt = (value: unknown, ...path: string[]): unknown[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
};

/** The text at a path of an answer; throws a CanaryError when there is none. */
export function textAt(what: string, body: unknown, ...path: string[]): string {
  const value = at(body, ...path);
  if (typeof value === 'string' && value !== '') return value;
  throw new CanaryError(`${what}: the answer has no ${path.join('.')}`);
}

/** Throws a CanaryError when what came back is not what is expected. */
export function expectSame(what: string, found: unknown, expected: string | number): void {
  if (found === expected) return;
  throw new CanaryError(`${what}: expected ${shown(expected)}, found ${shown(found)}`);
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/**
 * A path with values that a tool answered, each as one encoded segment. Throws a CanaryError for a value that could
 * lead elsewhere: the calls go through the API server with the rights of the control plane.
 */
export const pathTo = (texts: TemplateStringsArray, ...values: string[]): string =>
  texts.reduce((path, text, index) => path + segment(values[index - 1] ?? '') + text);

function segment(value: string): string {
  if (value === '' || value === '.' || value === '..' || /[/\\\p{Cc}]/u.test(value))
    throw new CanaryError(`The answer has an id that cannot be part of a path: ${JSON.stringify(value)}`);
  return encodeURIComponent(value);
}

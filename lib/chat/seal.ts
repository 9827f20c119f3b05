import { createHash } from 'node:crypto';

/** A one-time code as it is stored: nobody can read the code from it. Hyphens, spaces and case do not count. */
export const digestOf = (code: string): string =>
  createHash('sha256')
    .update(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
    .digest('hex');

/** The commands whose argument is a one-time code. */
const WITH_CODE = /^\s*(link|confirm)\s+(.*)$/is;

/**
 * The text of a request, with the digest of a one-time code in its place, so that the code is not in the history of
 * the orchestration. A digest that somebody types is sealed as well, and so is useless.
 */
export function sealCodes(text: string): string {
  const [, verb, code] = WITH_CODE.exec(text) ?? [];
  return verb === undefined || code === undefined ? text : `${verb.toLowerCase()} ${digestOf(code)}`;
}

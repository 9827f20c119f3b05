import { METHODS } from '../sign-in/methods.ts';
import type { Session } from '../sign-in/store.ts';
import type { Who } from '../sign-in/who.ts';
import { labeled, oneLine, type Look } from './text.ts';

const COLUMN = 10;

/** Who somebody is for a server, with which role, and until when. */
export function whoLines({ server, caller, session }: Who, look: Look): string[] {
  const facts = [
    ['Name', oneLine(caller.name)],
    ['Role', caller.role],
    ['Tenant', oneLine(caller.tenant)],
    ['Server', server],
    ['Sign-in', session === undefined ? 'not needed' : sessionText(session)],
  ] as const;
  return facts.flatMap(([label, text]) => labeled(label, text, COLUMN, look));
}

/** `with the browser, until 2026-11-22 14:02 UTC, then renewed`. */
export function sessionText({ method, expiresAt }: Session): string {
  const until = new Date(expiresAt).toISOString().slice(0, 16).replace('T', ' ');
  return `with ${METHODS[method]}, until ${until} UTC, then renewed`;
}

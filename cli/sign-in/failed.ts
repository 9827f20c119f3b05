import { manual } from '../../lib/domain/remedies.ts';
import type { Complaint } from '../complaint.ts';
import { runCommand } from '../complaint.ts';
import { CliError, EXIT } from '../exit.ts';

const AGAIN = [
  runCommand('matcha login', 'Sign in again.'),
  runCommand('matcha login --device-code', 'Or use the browser of another machine.'),
];

/** A sign-in that did not happen. `error` is what the issuer or a program answered. */
export const signInFailed = (
  message: string,
  error: unknown,
  remedies: Complaint['remedies'] = AGAIN,
): CliError => new CliError(EXIT.auth, { code: 'SIGN_IN_FAILED', message, cause: reasonOf(error), remedies });

/** Ends a command whose sign-in cannot be renewed. */
export const signInEnded = (server: string, error: unknown): CliError =>
  new CliError(EXIT.auth, {
    code: 'SIGN_IN_ENDED',
    message: `The sign-in to ${server} has ended.`,
    cause: reasonOf(error),
    remedies: [runCommand('matcha login', 'Sign in again.')],
  });

/** Refuses to send a token where others can read it. */
export const notPrivate = (address: string): CliError =>
  new CliError(EXIT.auth, {
    code: 'NOT_PRIVATE',
    message: `${address} has no encryption, so nobody can sign in there.`,
    remedies: [manual('Use its address with https.')],
  });

/** The words of an OAuth error (RFC 6749, section 5.2), or of any other one. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  if ('error' in error && typeof error.error === 'string') {
    const described = 'error_description' in error ? error.error_description : undefined;
    return typeof described === 'string' ? `${error.error}: ${described}` : error.error;
  }
  return cause instanceof Error && cause.message !== '' ? `${message}: ${cause.message}` : message;
}

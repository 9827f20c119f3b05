import { quote } from '../lib/domain/quote.ts';
import { usageError } from './exit.ts';

/** The address of a server without a slash at its end. Throws a usage error. */
export function serverUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw usageError(
    `${quote(text)} is not the address of a server.`,
    'Give an address such as http://localhost:7071.',
  );
}

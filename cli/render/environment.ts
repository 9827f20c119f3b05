import { shellString } from '../shell.ts';

/** Lines that a POSIX shell evaluates. */
export const exportLines = (variables: Record<string, string>): string[] =>
  Object.entries(variables).map(([name, value]) => `export ${name}=${shellString(value)}`);

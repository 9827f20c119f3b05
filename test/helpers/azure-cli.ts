import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const AT = 1_900_000_000;

/**
 * What `az account get-access-token` prints, and how it fails (github.com/Azure/azure-cli, profile/custom.py). The
 * token has the words of the command line.
 */
const PROGRAMS = {
  signedIn: `printf '{"accessToken": "%s", "expiresOn": "2030-03-17 17:46:40.000000", "expires_on": ${AT}, "tenant": "t", "tokenType": "Bearer"}' "$*"`,
  signedOut: `echo "ERROR: Please run 'az login' to setup account." >&2; exit 1`,
  noConsent: `echo "ERROR: AADSTS65001: The user or administrator has not consented to use the application with ID '04b07795-8ddb-461a-bbee-02f9e1bf7b46' named 'Microsoft Azure CLI'." >&2; exit 1`,
} as const;

export const AZURE_CLI_EXPIRES = new Date(AT * 1000).toISOString();

/** Puts an `az` into a folder, and returns a PATH that begins with it. */
export async function azureCli(directory: string, state: keyof typeof PROGRAMS): Promise<string> {
  const bin = join(directory, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'az'), `#!/bin/sh\n${PROGRAMS[state]}\n`);
  await chmod(join(bin, 'az'), 0o755);
  return `${bin}:${process.env['PATH'] ?? ''}`;
}

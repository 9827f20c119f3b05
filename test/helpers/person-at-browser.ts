import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PEOPLE } from '../../local/people.ts';

/** Whom somebody picks on the page of the local issuer; `nobody` cancels. */
export type Choice = keyof typeof PEOPLE | 'nobody';

/** A browser whose person picks somebody on the page that opens. Returns its path, for BROWSER. */
export async function browserOf(directory: string, person: Choice): Promise<string> {
  const path = join(directory, `browser-of-${person}`);
  const program = `#!${process.execPath}
    const [url] = process.argv.slice(2);
    const form = new URLSearchParams([...new URL(url).searchParams, ['person', ${JSON.stringify(person)}]]);
    fetch(url, { method: 'POST', body: form });
  `;
  await writeFile(path, program);
  await chmod(path, 0o755);
  return path;
}

/** Picks somebody on the page of the local issuer at an address. */
export async function pickOn(url: string, person: Choice): Promise<void> {
  const body = new URLSearchParams([...new URL(url).searchParams, ['person', person]]);
  await fetch(url, { method: 'POST', body });
}

/** Types a code into the page of the local issuer, and picks somebody. */
export async function answerDevice(page: string, code: string, person: Choice): Promise<void> {
  const body = new URLSearchParams({ user_code: code, person });
  const { status } = await fetch(page, { method: 'POST', body });
  if (status !== 200) throw new Error(`The code was not accepted: ${status}`);
}

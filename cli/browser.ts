import { spawn } from 'node:child_process';

/**
 * The program that opens an address in the browser, with its first arguments; undefined when there is none. BROWSER
 * names another program, or `none`.
 */
export function browserOf(
  platform: NodeJS.Platform,
  { BROWSER = '', DISPLAY = '', WAYLAND_DISPLAY = '' }: NodeJS.ProcessEnv,
): string[] | undefined {
  if (BROWSER === 'none') return undefined;
  if (BROWSER !== '') return [BROWSER];
  if (platform === 'darwin') return ['open'];
  // `start` is part of the shell, which would interpret the characters of an address.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  // Without a display, xdg-open starts a browser in the terminal.
  return DISPLAY === '' && WAYLAND_DISPLAY === '' ? undefined : ['xdg-open'];
}

/** Opens an address, without a shell. False when the program cannot be started. */
export async function openInBrowser(
  url: string,
  [file, ...args] = browserOf(process.platform, process.env) ?? [],
): Promise<boolean> {
  if (file === undefined) return false;
  const child = spawn(file, [...args, url], { detached: true, stdio: 'ignore' });
  const isStarted = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
  });
  child.unref();
  return isStarted;
}

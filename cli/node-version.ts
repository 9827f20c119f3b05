/** An error message when Node.js is older than `engines` in package.json allows; otherwise undefined. */
export function unsupportedNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return undefined;
  return `matcha needs Node.js 22.12 or newer, and this is ${version}: install a newer one from https://nodejs.org and run the command again.`;
}

/**
 * One sentence for a Node.js that is too old for the command; undefined for one that is new enough. The limit
 * is that of `engines` in package.json.
 */
export function unsupportedNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return undefined;
  return `matcha needs Node.js 22.12 or newer, and this is ${version}: install a newer one from https://nodejs.org and run the command again.`;
}

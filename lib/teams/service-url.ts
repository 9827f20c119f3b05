/**
 * The hosts of Teams' connector in the public cloud, and in its environment for the US government (GCC). Exact names:
 * anybody can get a name below trafficmanager.net. Source: `allowedServiceUrls` of Microsoft's Teams SDK
 * (microsoft/teams.ts, pull request 515).
 */
const TEAMS_HOSTS: ReadonlySet<string> = new Set([
  'smba.trafficmanager.net',
  'smba.onyx.prod.teams.trafficmanager.net',
  'smba.infra.gcc.teams.microsoft.com',
]);

/** Whether the bot's token may be sent to this URL. */
export function isTeamsServiceUrl(serviceUrl: string): boolean {
  if (!URL.canParse(serviceUrl)) return false;
  const { protocol, hostname, port, username, password } = new URL(serviceUrl);
  return protocol === 'https:' && TEAMS_HOSTS.has(hostname) && port + username + password === '';
}

/** Teams writes the same URL with and without a slash at the end. */
export const withoutSlash = (serviceUrl: string): string => serviceUrl.replace(/\/+$/, '');

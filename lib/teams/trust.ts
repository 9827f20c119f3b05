import { ProblemError } from '../domain/problem.ts';
import type { Activity } from './activity.ts';
import { isTeamsServiceUrl, withoutSlash } from './service-url.ts';
import type { ConnectorToken } from './token.ts';

/** The channel of Teams. A bot may have others, such as web chat, whose users anybody can be. */
const CHANNEL = 'msteams';

/**
 * Checks that an activity is what the token is for, and that it comes from Teams and from our tenant. Throws NOT_ALLOWED.
 * Nothing in an activity is signed: what cannot be compared with the token is as good as the connector's word.
 */
export function checkActivity(
  { serviceUrl, endorsements }: ConnectorToken,
  activity: Activity,
  tenantId: string,
): void {
  if (activity.channelId !== CHANNEL) throw refused('another channel than Teams');
  if (!endorsements.includes(CHANNEL)) throw refused('a token whose key may not speak for Teams');
  if (withoutSlash(activity.serviceUrl) !== withoutSlash(serviceUrl))
    throw refused('a token for another service URL');
  if (!isTeamsServiceUrl(activity.serviceUrl)) throw refused('a service URL that is not one of Teams');
  const tenants = [activity.conversation.tenantId, activity.channelData?.tenant?.id].filter(
    (tenant) => tenant !== undefined,
  );
  if (tenants.length === 0 || tenants.some((tenant) => tenant.toLowerCase() !== tenantId.toLowerCase()))
    throw refused('no tenant, or another one');
}

const refused = (cause: string) =>
  new ProblemError('NOT_ALLOWED', 'This activity is not for this deployment.', { cause, remedies: [] });

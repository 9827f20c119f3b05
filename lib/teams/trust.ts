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
  if (activity.channelId !== CHANNEL) throw refused('It comes from another channel.');
  if (!endorsements.includes(CHANNEL)) throw refused('The key of its token may not speak for Teams.');
  if (withoutSlash(activity.serviceUrl) !== withoutSlash(serviceUrl))
    throw refused('Its token is for another service URL.');
  if (!isTeamsServiceUrl(activity.serviceUrl)) throw refused('Its service URL is not one of Teams.');
  const tenants = [activity.conversation.tenantId, activity.channelData?.tenant?.id].filter(
    (tenant) => tenant !== undefined,
  );
  if (tenants.length === 0 || tenants.some((tenant) => tenant.toLowerCase() !== tenantId.toLowerCase()))
    throw refused('It comes from another tenant.');
}

const refused = (cause: string) =>
  new ProblemError('NOT_ALLOWED', 'This activity is not for this deployment.', { cause, remedies: [] });

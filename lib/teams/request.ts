import type { ChatRequest } from '../chat/chat.ts';
import { ProblemError } from '../domain/problem.ts';
import type { TeamsPlace } from './place.ts';
import { activityKey, CARD_ACTION, commandText, type Activity } from './activity.ts';

/**
 * What somebody asks for with a message or a button, or by adding the bot; undefined for everything else. The person is
 * the one whom the connector names. Throws NOT_ALLOWED for somebody who is not in Entra, such as another bot.
 */
export function requestOf(activity: Activity, tenantId: string): ChatRequest | undefined {
  const text = textOf(activity);
  if (text === undefined) return undefined;
  const { serviceUrl, from, conversation } = activity;
  if (from.aadObjectId === undefined)
    throw new ProblemError('NOT_ALLOWED', 'Only people of the directory can ask for something.', {
      cause: 'a sender who is not a person of the directory',
      remedies: [],
    });
  return {
    id: activityKey(activity),
    from: { channel: 'teams', team: tenantId, user: from.aadObjectId.toLowerCase() },
    text,
    place: {
      serviceUrl,
      conversation: conversation.id,
      user: from.id,
      hidden: hiddenIn(activity),
    },
  };
}

/** Somebody who asks in a targeted message, which nobody else sees, gets such an answer. */
function hiddenIn({ recipient, conversation }: Activity): TeamsPlace['hidden'] {
  if (conversation.conversationType === 'personal') return 'none';
  return recipient.isTargeted === true ? 'all' : 'private';
}

function textOf(activity: Activity): string | undefined {
  switch (activity.type) {
    case 'message':
      return commandText(activity);
    case 'invoke':
      return activity.name === CARD_ACTION ? activity.value.action.data.command : undefined;
    case 'installationUpdate':
      return activity.action === 'add' ? 'help' : undefined;
    default:
      return undefined;
  }
}

import { manual } from '../remedies.ts';
import type { ProblemTable } from './table.ts';

/** Problems of the chats. */
export const CHAT_PROBLEMS = {
  CHAT_NOT_CONFIGURED: {
    status: 404,
    remedies: [manual('Add the settings of this chat to the control plane: docs/chat.md lists them.')],
  },
  /** A request that claims to come from a chat. */
  BAD_SIGNATURE: {
    status: 401,
    remedies: [manual('Check that the signing secret of the control plane is that of the app in the chat.')],
  },
  CHAT_UNAVAILABLE: {
    status: 503,
    remedies: [manual('The chat is busy or does not answer. Try again in a moment.')],
    retryable: true,
  },
  CHAT_REFUSED: {
    status: 502,
    remedies: [manual('Invite the app to the channel, and check its token and permissions.')],
  },
} as const satisfies ProblemTable;

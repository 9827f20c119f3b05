import type { OrchestrationContext, Task } from 'durable-functions';
import { nextLook, type Followed, type Following } from '../lib/domain/chat-run.ts';
import type { Outcome } from '../lib/domain/outcome.ts';
import { RETRIES } from '../lib/domain/retry.ts';

/** The number of looks after which the orchestration continues as new, to keep its history short. */
const LOOKS_PER_HISTORY = 60;

/** The request of a chat; only the activities know what is in it. */
export interface ChatRun {
  request: object;
  /** After a continuation: the card that is followed, and since when (milliseconds since the epoch). */
  following?: Following;
  since?: number;
}

/**
 * Answers a request of a chat. When it began an operation, its card is updated until the operation has ended. While
 * a chat or the records are unreachable the same is tried again later, at the pace that the chat asks for.
 */
export function* converse(context: OrchestrationContext): Generator<Task, void> {
  const run = context.df.getInput<ChatRun>();
  const timeOf = () => context.df.currentUtcDateTime.getTime();
  let following = run.following ?? (yield* answered<Following>(context, 'answerChat', run.request));
  const since = run.since ?? timeOf();
  for (let looks = 0; following !== undefined; looks++) {
    if (looks === LOOKS_PER_HISTORY) {
      context.df.continueAsNew({ ...run, following, since });
      return;
    }
    yield context.df.createTimer(new Date(timeOf() + nextLook((timeOf() - since) / 1000) * 1000));
    const followed: Followed | undefined = yield* answered<Followed>(context, 'followChat', following);
    following =
      followed === undefined || followed.isOver ? undefined : { ...following, shown: followed.shown };
  }
}

/**
 * Calls an activity until it is not pending; undefined when it failed or had nothing to return. Stops after a day. The
 * chat says when it can be called again, so its own time is kept, with a longer one from the fifth try on.
 */
function* answered<T>(
  context: OrchestrationContext,
  activity: string,
  input: object,
): Generator<Task, T | undefined> {
  const { atMostEvery, endWithin } = RETRIES.tables;
  const timeOf = () => context.df.currentUtcDateTime.getTime();
  const end = timeOf() + endWithin * 1000;
  for (let attempt = 0; timeOf() < end; attempt++) {
    const outcome = (yield context.df.callActivity(activity, input)) as unknown as Outcome<T | null>;
    if (outcome.state === 'ready') return outcome.value ?? undefined;
    if (outcome.state === 'failed') return undefined;
    const longer = Math.min(outcome.retryAfter * 2 ** Math.max(0, attempt - 4), atMostEvery);
    yield context.df.createTimer(new Date(timeOf() + Math.max(outcome.retryAfter, longer) * 1000));
  }
  return undefined;
}

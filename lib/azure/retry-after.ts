import { AsyncLocalStorage } from 'node:async_hooks';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';

/** The wait that Azure asked for during one call; pollers do not tell it otherwise. */
const heard = new AsyncLocalStorage<{ seconds?: number }>();

/** Remembers the Retry-After header of every answer for the call that is under way. */
export const retryAfterPolicy: PipelinePolicy = {
  name: 'matchaRetryAfter',
  async sendRequest(request, next) {
    const response = await next(request);
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const call = heard.getStore();
    if (call !== undefined && Number.isFinite(seconds)) call.seconds = seconds;
    return response;
  },
};

/**
 * Runs `work`, which may ask `retryAfter` how many seconds Azure wants to be left alone; `usual` where it
 * did not say.
 */
export const listening = <T>(work: (retryAfter: (usual: number) => number) => Promise<T>): Promise<T> => {
  const call: { seconds?: number } = {};
  return heard.run(call, () => work((usual) => call.seconds ?? usual));
};

import { AsyncLocalStorage } from 'node:async_hooks';
import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import type { Refusal } from './refusals.ts';

/** What one call of an activity has heard so far, and until when it may wait by itself. */
interface Call {
  /** Seconds. */
  retryAfter?: number;
  /** Milliseconds since the epoch. */
  deadline?: number;
  refusals: Refusal[];
}

/** The time, in milliseconds. */
export interface Time {
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

/** Pollers do not tell what Azure said, so it is overheard on the wire. */
const current = new AsyncLocalStorage<Call>();

/** The call of an activity that is under way. */
export const currentCall = (): Call | undefined => current.getStore();

/** How long a call may take with its waiting; beyond that the orchestrator waits, which holds no worker. */
const PATIENCE_MS = 25_000;

/**
 * Keeps to Azure's Retry-After. A throttled request is sent again after a short wait, and nothing but it; a
 * long wait is left to the orchestrator.
 */
export const retryAfterPolicy = ({ now, sleep }: Time): PipelinePolicy => ({
  name: 'matchaRetryAfter',
  async sendRequest(request, next) {
    const call = current.getStore();
    if (call !== undefined) call.deadline ??= now() + PATIENCE_MS;
    for (;;) {
      const response = await next(request);
      const seconds = secondsAsked(response);
      if (call === undefined || seconds === undefined) return response;
      if (response.status !== 429 || now() + seconds * 1000 > (call.deadline ?? 0)) {
        call.retryAfter = seconds;
        return response;
      }
      await sleep(seconds * 1000);
    }
  },
});

/** Azure gives the wait in seconds, or as a date. */
function secondsAsked({ headers }: PipelineResponse): number | undefined {
  const value = headers.get('retry-after');
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds;
  const date = Date.parse(value);
  const now = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date - now) ? undefined : Math.max(0, (date - now) / 1000);
}

/**
 * Runs `work`, which may ask `retryAfter` how many seconds Azure wants to be left alone; `usual` where it
 * did not say.
 */
export const listening = <T>(work: (retryAfter: (usual: number) => number) => Promise<T>): Promise<T> => {
  const call: Call = { refusals: [] };
  return current.run(call, () => work((usual) => call.retryAfter ?? usual));
};

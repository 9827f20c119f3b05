import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import { RETRIES } from '../domain/retry.ts';
import { refusalIn, type Refusal } from './refusals.ts';

/** The time, in milliseconds. */
export interface Time {
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

/**
 * What Azure has said during one call of an activity. The SDK's pollers and errors keep only a part of it, so the
 * pipelines of the call's clients write it down here.
 */
export interface AzureCall {
  /** Until when the call may wait by itself, in milliseconds since the epoch; beyond that the orchestrator waits. */
  readonly deadline: number;
  /** How long Azure wants to be left alone, in seconds, as it said last. */
  retryAfter?: number;
  /** Azure's id of the last request, by which its activity log and its support know it. */
  correlationId?: string;
  /** Every refusal in full, the latest last. */
  readonly refusals: Refusal[];
}

export const beginCall = ({ now }: Time): AzureCall => ({
  deadline: now() + RETRIES.withinCall * 1000,
  refusals: [],
});

/** The policies that bind a pipeline to a call. */
export const policiesOf = (call: AzureCall, time: Time): PipelinePolicy[] => [
  retryAfterPolicy(call, time),
  recordPolicy(call),
];

/**
 * Follows Azure's Retry-After. A throttled request is sent again after a short wait, and nothing but it; a long wait
 * is left to the orchestrator.
 */
const retryAfterPolicy = (call: AzureCall, { now, sleep }: Time): PipelinePolicy => ({
  name: 'matchaRetryAfter',
  async sendRequest(request, next) {
    for (;;) {
      const response = await next(request);
      const seconds = secondsAsked(response);
      if (seconds === undefined) return response;
      if (response.status !== 429 || now() + seconds * 1000 > call.deadline) {
        call.retryAfter = seconds;
        return response;
      }
      await sleep(seconds * 1000);
    }
  },
});

/**
 * Keeps the correlation id and what Azure says in full: the clients' errors have only its outermost code and text, those of failed
 * long-running operations not even these in a form of their own.
 */
const recordPolicy = (call: AzureCall): PipelinePolicy => ({
  name: 'matchaRecord',
  async sendRequest(request, next) {
    const response = await next(request);
    const correlationId = response.headers.get('x-ms-correlation-request-id');
    if (correlationId !== undefined) call.correlationId = correlationId;
    const refusal = refusalIn(response);
    if (refusal !== undefined) call.refusals.push(refusal);
    return response;
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

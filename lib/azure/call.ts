import { RestError, type PipelinePolicy, type PipelineResponse } from '@azure/core-rest-pipeline';
import { FENCE, type Fence } from '../domain/fence.ts';
import { RETRIES } from '../domain/retry.ts';
import { documentPolicy } from './document.ts';
import { refusalIn, type Refusal } from './refusals.ts';

/** The clock, in milliseconds. */
export interface Time {
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

/**
 * What Azure answered during one call of the adapter. The pollers and errors of the SDK keep only a part of
 * it, so the pipelines of the call's clients record it here.
 */
export interface AzureCall {
  /**
   * Until when the call may wait for throttled requests, in milliseconds since the epoch. After it the
   * orchestrator waits.
   */
  readonly deadline: number;
  /** The last Retry-After of Azure, in seconds. */
  retryAfter?: number;
  /** Azure's correlation id of the last request, which its activity log and its support use. */
  correlationId?: string;
  /** All refusals in full, the latest last. */
  readonly refusals: Refusal[];
}

export const beginCall = ({ now }: Time): AzureCall => ({
  deadline: now() + RETRIES.withinCall * 1000,
  refusals: [],
});

/** The policies that connect a pipeline to a call. */
export const policiesOf = (call: AzureCall, time: Time, fence: Fence): PipelinePolicy[] => [
  documentPolicy,
  retryAfterPolicy(call, time, fence),
  fencePolicy(fence),
  timeLimitPolicy,
  recordPolicy(call),
];

/** The same for requests to blobs, whose bodies are no documents. */
export const blobPoliciesOf = (call: AzureCall, time: Time, fence: Fence): PipelinePolicy[] => [
  retryAfterPolicy(call, time, fence),
  fencePolicy(fence),
  timeLimitPolicy,
];

/**
 * Follows Azure's Retry-After. Retries only throttled requests, after a short wait; the orchestrator handles
 * long waits.
 */
const retryAfterPolicy = (call: AzureCall, { now, sleep }: Time, fence: Fence): PipelinePolicy => ({
  name: 'matchaRetryAfter',
  async sendRequest(request, next) {
    for (;;) {
      const response = await next(request);
      const seconds = retryAfterOf(response);
      if (seconds === undefined) return response;
      if (response.status !== 429 || now() + seconds * 1000 > call.deadline) {
        call.retryAfter = seconds;
        return response;
      }
      await sleep(seconds * 1000);
      await fence.check();
    }
  },
});

const READS = new Set<string>(['GET', 'HEAD']);

/** Sends a write only while the operation holds its stack. */
const fencePolicy = (fence: Fence): PipelinePolicy => ({
  name: 'matchaFence',
  async sendRequest(request, next) {
    if (!READS.has(request.method)) await fence.allowWrite();
    return next(request);
  },
});

/** Ends a request without an answer. The client reports an abort, which looks like a bug; it is a network error. */
const timeLimitPolicy: PipelinePolicy = {
  name: 'matchaTimeLimit',
  async sendRequest(request, next) {
    request.timeout = FENCE.requestLimit * 1000;
    try {
      return await next(request);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
      throw new RestError('No answer within the time limit.', { code: 'ETIMEDOUT', request });
    }
  },
};

/**
 * Records the correlation id and the full refusal. The errors of the clients contain only the outermost code
 * and text, and those of failed long-running operations only a text.
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

/** The Retry-After of a response, in seconds. Azure sends seconds or a date. */
function retryAfterOf({ headers }: PipelineResponse): number | undefined {
  const value = headers.get('retry-after');
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds;
  const date = Date.parse(value);
  const now = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date - now) ? undefined : Math.max(0, (date - now) / 1000);
}

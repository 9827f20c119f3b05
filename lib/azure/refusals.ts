import { isRestError, type PipelinePolicy, type PipelineResponse } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { currentCall } from './retry-after.ts';

/** What Azure says in refusing, at every depth: the outermost code is often the least telling. */
export interface Refusal {
  code?: string | null | undefined;
  message?: string | null | undefined;
  /** Of a policy that denied the request, among others. */
  additionalInfo?: { type?: string | null | undefined; info?: unknown }[] | null | undefined;
  details?: Refusal[] | null | undefined;
  innererror?: Refusal | null | undefined;
}

const refusal: z.ZodType<Refusal> = z.lazy(() =>
  z.object({
    code: z.string().nullish(),
    message: z.string().nullish(),
    additionalInfo: z.array(z.object({ type: z.string().nullish(), info: z.unknown() })).nullish(),
    // Services put other things there, too.
    details: z.array(refusal).nullish().catch(undefined),
    innererror: refusal.nullish().catch(undefined),
  }),
);

/**
 * Keeps what Azure says in full: the clients' errors have only its outermost code and text, those of failed
 * long-running operations not even these in a form of their own.
 */
export const refusalPolicy: PipelinePolicy = {
  name: 'matchaRefusals',
  async sendRequest(request, next) {
    const response = await next(request);
    const said = refusalIn(response);
    if (said !== undefined) currentCall()?.refusals.push(said);
    return response;
  },
};

/** Errors come as `{error: {...}}` and, from AKS, flat; a poll of a failed operation is a good answer about an error. */
export function refusalIn({ status, bodyAsText }: PipelineResponse): Refusal | undefined {
  if (!bodyAsText?.startsWith('{') || (status < 400 && !bodyAsText.includes('"error"'))) return undefined;
  try {
    const body = JSON.parse(bodyAsText) as { error?: unknown };
    return refusal.parse(body.error ?? (status < 400 ? undefined : body));
  } catch {
    return undefined;
  }
}

/** A failed long-running operation throws a plain Error: "The long-running operation has failed. Code. text". */
const FAILED_OPERATION =
  /^The long-running operation has (?:failed|been canceled)\.?\s*(?:([\w.]+)\.)?\s*(.*)$/s;

/** What Azure said in the answer that became this error; undefined when it is no refusal of Azure's. */
export function refusalOf(error: unknown): Refusal | undefined {
  const heard = currentCall()?.refusals ?? [];
  if (isRestError(error)) {
    const { code, message, statusCode } = error;
    return (
      heard.findLast((said) => said.code === code && message.includes(said.message ?? '')) ?? {
        code: code ?? String(statusCode),
        message,
      }
    );
  }
  const failed = error instanceof Error ? FAILED_OPERATION.exec(error.message) : null;
  if (failed === null) return undefined;
  const [, code = 'Failed', message = ''] = failed;
  return heard.at(-1) ?? { code, message };
}

/** It and everything inside it, the innermost first. */
export const innermostFirst = (said: Refusal): Refusal[] => [
  ...(said.innererror ? innermostFirst(said.innererror) : []),
  ...(said.details ?? []).flatMap(innermostFirst),
  said,
];

import { isRestError, type PipelineResponse } from '@azure/core-rest-pipeline';
import { z } from 'zod';

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

/**
 * What Azure said in the answer that became this error, by what was `heard` on the wire; undefined when it is no
 * refusal of Azure's.
 */
export function refusalOf(error: unknown, heard: readonly Refusal[]): Refusal | undefined {
  if (isRestError(error)) {
    const { code = String(error.statusCode), message } = error;
    return heardAs(heard, code, message) ?? { code, message };
  }
  const failed = error instanceof Error ? FAILED_OPERATION.exec(error.message) : null;
  if (failed === null) return undefined;
  const [text, code = 'Failed', message = ''] = failed;
  return heardAs(heard, code, text) ?? heard.at(-1) ?? { code, message };
}

/** Several requests of a call may have been refused: the one with this code whose words are in `text`. */
const heardAs = (heard: readonly Refusal[], code: string, text: string): Refusal | undefined =>
  heard.findLast((refusal) => refusal.code === code && text.includes(refusal.message ?? ''));

/** A refusal and everything inside it, the innermost first. */
export const innermostFirst = (refusal: Refusal): Refusal[] => [
  ...(refusal.innererror ? innermostFirst(refusal.innererror) : []),
  ...(refusal.details ?? []).flatMap(innermostFirst),
  refusal,
];

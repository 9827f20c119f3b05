import { isRestError, type PipelineResponse, type RestError } from '@azure/core-rest-pipeline';
import { z } from 'zod';

/** An error of Azure with its nested errors: the outermost code is often the least specific. */
export interface Refusal {
  code?: string | null | undefined;
  message?: string | null | undefined;
  /** For example the policy that denied the request. */
  additionalInfo?: { type?: string | null | undefined; info?: unknown }[] | null | undefined;
  details?: Refusal[] | null | undefined;
  innererror?: Refusal | null | undefined;
}

const refusal: z.ZodType<Refusal> = z.lazy(() =>
  z.object({
    code: z.string().nullish(),
    message: z.string().nullish(),
    additionalInfo: z.array(z.object({ type: z.string().nullish(), info: z.unknown() })).nullish(),
    // Some services put other values there.
    details: z.array(refusal).nullish().catch(undefined),
    innererror: refusal.nullish().catch(undefined),
  }),
);

/**
 * The error in a response, if there is one. It is in `{error: {...}}` or, from AKS, flat. A poll of a failed
 * operation is a successful response with an error.
 */
export function refusalIn({ status, bodyAsText }: PipelineResponse): Refusal | undefined {
  if (!bodyAsText?.startsWith('{') || (status < 400 && !bodyAsText.includes('"error"'))) return undefined;
  try {
    const body = JSON.parse(bodyAsText) as { error?: unknown };
    return refusal.parse(body.error ?? (status < 400 ? undefined : body));
  } catch {
    return undefined;
  }
}

/**
 * The message of the plain Error of a failed long-running operation: "The long-running operation has failed.
 * Code. text".
 */
const FAILED_OPERATION =
  /^The long-running operation has (?:failed|been canceled)\.?\s*(?:([\w.]+)\.)?\s*(.*)$/s;

/**
 * The full refusal behind an error; `received` are the refusals of the call. Undefined when the error is not
 * a refusal of Azure.
 */
export function refusalOf(error: unknown, received: readonly Refusal[]): Refusal | undefined {
  if (isRestError(error)) {
    const { code = String(error.statusCode), message } = error;
    return matching(received, code, message) ?? { code, message: messageOf(error) };
  }
  const failed = error instanceof Error ? FAILED_OPERATION.exec(error.message) : null;
  if (failed === null) return undefined;
  const [text, code = 'Failed', message = ''] = failed;
  return matching(received, code, text) ?? received.at(-1) ?? { code, message };
}

/** Without a refusal in the response, the message of the SDK may be the whole response, with secrets. */
const messageOf = ({ message, response, request }: RestError): string =>
  response === undefined ? message : `HTTP ${response.status}, request ${request?.requestId ?? 'unknown'}`;

/** Several requests of a call may be refused: finds the refusal with this code whose message is in `text`. */
const matching = (received: readonly Refusal[], code: string, text: string): Refusal | undefined =>
  received.findLast((refusal) => refusal.code === code && text.includes(refusal.message ?? ''));

/** A refusal and its nested refusals, the innermost first. */
export const innermostFirst = (refusal: Refusal): Refusal[] => [
  ...(refusal.innererror ? innermostFirst(refusal.innererror) : []),
  ...(refusal.details ?? []).flatMap(innermostFirst),
  refusal,
];

import { isRestError } from '@azure/core-rest-pipeline';
import { isFenceError } from '../domain/fence.ts';
import { failed, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import { isBusy, RETRIES, tryAgain, type Retry } from '../domain/retry.ts';
import type { AzureCall } from './call.ts';
import { isVague, meaningOf, type Refused } from './error-codes.ts';
import { innermostFirst, refusalOf, type Refusal } from './refusals.ts';

/** Error codes of Node's network layer: Azure may or may not have received the request. */
const NETWORK_CODES = /^(ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_AGAIN|REQUEST_SEND_ERROR|PARSE_ERROR|UND_ERR)/;

/** Names of errors of @azure/identity when it gets no token. */
const SIGN_IN_ERRORS = new Set([
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
]);

/**
 * A table property is limited to 32 Ki characters. The longest errors of Azure, of policies, have a few
 * thousand.
 */
const MAX_CAUSE = 4_000;

/** Whether Azure answered 404. */
export const isNotFound = (error: unknown): boolean => isRestError(error) && error.statusCode === 404;

/** A rejection handler for reads: undefined for a 404, and throws every other error. */
export const undefinedIfAbsent = (error: unknown): undefined => {
  if (!isNotFound(error)) throw error;
};

/**
 * Whether only the poll failed, and not the polled operation: Azure gave no answer, or an error that does not
 * concern the operation.
 */
export const isPollError = (error: unknown): boolean =>
  isRestError(error) && ![400, 404, 409, 412].includes(error.statusCode ?? 0);

/** Azure's code of an error, such as RoleAssignmentExists. */
export const codeOf = (error: unknown): string | undefined => (isRestError(error) ? error.code : undefined);

/** Whether the credential returned no token. */
export const isSignInError = (error: unknown): error is Error =>
  error instanceof Error && SIGN_IN_ERRORS.has(error.name);

/**
 * Converts an error of an Azure client to an outcome. Temporary errors are pending. Refusals are failed, with
 * our message and Azure's text as the cause. Any other error is a bug and is thrown again. `title` names the
 * resource, as in "AKS cluster demo-k8s".
 */
export function outcomeOf(error: unknown, title: string, call: AzureCall): Outcome<never> {
  if (isFenceError(error)) throw error;
  if (isSignInError(error)) return noToken(title, error);
  const said = refusalOf(error, call.refusals);
  if (said === undefined) throw error;
  const { statusCode } = isRestError(error) ? error : { statusCode: 0 };
  if (statusCode === undefined || NETWORK_CODES.test(said.code ?? '')) {
    return tryAgain(`${title}: Azure did not answer`, RETRIES.azure.noAnswer);
  }
  const { refusal, meaning } = interpret(said);
  const code = refusal.code ?? String(statusCode);
  if (meaning?.kind === 'refused') return refused(title, meaning, refusal, call);
  const busy = withRetryAfter(RETRIES.azure.busy, call);
  if (meaning?.kind === 'busy') return tryAgain(`${title}: Azure is still busy (${code})`, busy);
  if (isBusy(statusCode)) return tryAgain(`${title}: Azure asks to wait (${code})`, busy);
  return failed(problem('AZURE_REFUSED', `${title}: Azure refused it.`, { cause: causeOf(refusal) }));
}

/**
 * The most specific part of an error: the innermost with a known meaning, and a vague one only when there is
 * no other.
 */
function interpret(said: Refusal) {
  const known = innermostFirst(said).flatMap((refusal) => {
    const meaning = meaningOf(refusal);
    return meaning === undefined ? [] : [{ refusal, meaning }];
  });
  return known.find(({ meaning }) => !isVague(meaning)) ?? known[0] ?? { refusal: said, meaning: undefined };
}

function refused(
  title: string,
  { code, says, remediesOf, retry }: Refused,
  said: Refusal,
  call: AzureCall,
): Outcome<never> {
  const remedies = remediesOf?.(said);
  const found = problem(code, `${title}: ${says}.`, { cause: causeOf(said), ...(remedies && { remedies }) });
  if (retry === undefined) return failed(found);
  return tryAgain(`${title}: ${says} yet (${said.code ?? ''})`, withRetryAfter(retry, call), found);
}

const withRetryAfter = (retry: Retry, { retryAfter }: AzureCall): Retry => ({
  ...retry,
  after: retryAfter ?? retry.after,
});

/** Azure's error on one line. */
const causeOf = ({ code, message }: Refusal): string => onOneLine(`${code ?? 'Failed'}: ${message ?? ''}`);

function onOneLine(words: string): string {
  const text = words.replaceAll(/\s+/g, ' ').trim();
  return text.length <= MAX_CAUSE ? text : `${text.slice(0, MAX_CAUSE)}…`;
}

const noToken = (title: string, error: Error): Outcome<never> =>
  tryAgain(
    `${title}: no token for Azure is available yet`,
    RETRIES.azure.noToken,
    problem('AZURE_SIGN_IN_FAILED', `${title}: the control plane cannot sign in to Azure.`, {
      cause: onOneLine(error.message),
    }),
  );

import { isRestError } from '@azure/core-rest-pipeline';
import { failed, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
import { isBusy, RETRIES, tryAgain, type Retry } from '../domain/retry.ts';
import type { AzureCall } from './call.ts';
import { isVague, meaningOf, type Refused } from './error-codes.ts';
import { innermostFirst, refusalOf, type Refusal } from './refusals.ts';

/** Codes of Node's network layer: the request may or may not have arrived. */
const NETWORK_CODES = /^(ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_AGAIN|REQUEST_SEND_ERROR|PARSE_ERROR|UND_ERR)/;

/** Errors by which @azure/identity says that it gets no token. */
const SIGN_IN_ERRORS = new Set([
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
]);

/** A property of a table holds 32 Ki characters; the longest texts of Azure, of policies, have a few thousand. */
const LONGEST_CAUSE = 4_000;

/** Whether Azure said that there is no such thing. */
export const isNotFound = (error: unknown): boolean => isRestError(error) && error.statusCode === 404;

/** Handler for requests that may find nothing. */
export const undefinedIfAbsent = (error: unknown): undefined => {
  if (!isNotFound(error)) throw error;
};

/**
 * Whether a failed poll leaves the operation that it asked about as it was: Azure gave no answer, or one that
 * is not about the operation.
 */
export const isOnlyOfThePoll = (error: unknown): boolean =>
  isRestError(error) && ![400, 404, 409, 412].includes(error.statusCode ?? 0);

/** Azure's own code of an error, such as RoleAssignmentExists. */
export const codeOf = (error: unknown): string | undefined => (isRestError(error) ? error.code : undefined);

/** Whether the credential gave no token. */
export const isSignInError = (error: unknown): error is Error =>
  error instanceof Error && SIGN_IN_ERRORS.has(error.name);

/**
 * What an error of an Azure client means for the step that met it. Whatever may pass by itself is pending;
 * what Azure refuses is failed, in our words and with Azure's as the cause. Anything else is a bug and is
 * thrown on. `title` names the resource, as in "AKS cluster demo-k8s".
 */
export function outcomeOf(error: unknown, title: string, call: AzureCall): Outcome<never> {
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
  const busy = asAsked(RETRIES.azure.busy, call);
  if (meaning?.kind === 'busy') return tryAgain(`${title}: Azure is busy with it (${code})`, busy);
  if (isBusy(statusCode)) return tryAgain(`${title}: Azure asks to wait (${code})`, busy);
  return failed(problem('AZURE_REFUSED', `${title}: Azure refused it.`, { cause: causeOf(refusal) }));
}

/** The part of what Azure says that tells most: the innermost that is known, a vague one only if there is no other. */
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
  return tryAgain(`${title}: ${says} yet (${said.code ?? ''})`, asAsked(retry, call), found);
}

const asAsked = (retry: Retry, { retryAfter }: AzureCall): Retry => ({
  ...retry,
  after: retryAfter ?? retry.after,
});

/** Azure's words on one line. */
const causeOf = ({ code, message }: Refusal): string => onOneLine(`${code ?? 'Failed'}: ${message ?? ''}`);

function onOneLine(words: string): string {
  const text = words.replaceAll(/\s+/g, ' ').trim();
  return text.length <= LONGEST_CAUSE ? text : `${text.slice(0, LONGEST_CAUSE)}…`;
}

const noToken = (title: string, error: Error): Outcome<never> =>
  tryAgain(
    `${title}: there is no token for Azure yet`,
    RETRIES.azure.noToken,
    problem('AZURE_SIGN_IN_FAILED', `${title}: the control plane cannot sign in to Azure.`, {
      cause: onOneLine(error.message),
    }),
  );

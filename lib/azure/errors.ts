import { isRestError } from '@azure/core-rest-pipeline';
import { failed, pending, type Outcome } from '../domain/outcome.ts';
import { problem } from '../domain/problem.ts';
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

/** Longer texts of Azure's only repeat themselves. */
const LONGEST_CAUSE = 700;

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

/**
 * What an error of an Azure client means for the step that met it. Whatever may pass by itself is pending;
 * what Azure refuses is failed, in our words and with Azure's as the cause. Anything else is a bug and is
 * thrown on. `what` names the thing, as in "AKS cluster demo-k8s".
 */
export function outcomeOf(
  error: unknown,
  what: string,
  retryAfter: (usual: number) => number,
): Outcome<never> {
  if (error instanceof Error && SIGN_IN_ERRORS.has(error.name)) return noToken(what, error);
  const said = refusalOf(error);
  if (said === undefined) throw error;
  const { statusCode } = isRestError(error) ? error : { statusCode: 0 };
  if (statusCode === undefined || NETWORK_CODES.test(said.code ?? '')) {
    return pending(`${what}: Azure did not answer`, 5);
  }
  const { refusal, meaning } = interpret(said);
  const code = refusal.code ?? String(statusCode);
  if (meaning?.kind === 'refused') return refused(what, meaning, refusal, retryAfter);
  if (meaning?.kind === 'busy') return pending(`${what}: Azure is busy with it (${code})`, retryAfter(15));
  if (statusCode === 429 || statusCode >= 500 || statusCode === 408) {
    return pending(`${what}: Azure asks to wait (${code})`, retryAfter(15));
  }
  return failed(problem('AZURE_REFUSED', `${what}: Azure refused it.`, { cause: causeOf(refusal) }));
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
  what: string,
  { code, says, remediesOf, waits }: Refused,
  said: Refusal,
  retryAfter: (usual: number) => number,
): Outcome<never> {
  const remedies = remediesOf?.(said);
  const found = problem(code, `${what}: ${says}.`, {
    cause: causeOf(said),
    ...(remedies && { remedies }),
  });
  if (waits === undefined) return failed(found);
  return {
    ...pending(`${what}: ${says} yet (${said.code ?? ''})`, retryAfter(20)),
    patience: { seconds: waits, problem: found },
  };
}

/** Azure's words on one line. */
function causeOf({ code, message }: Refusal): string {
  const text = `${code ?? 'Failed'}: ${message ?? ''}`.replaceAll(/\s+/g, ' ').trim();
  return text.length <= LONGEST_CAUSE ? text : `${text.slice(0, LONGEST_CAUSE)}…`;
}

/** The platform's token service starves for a moment now and then, so a lack of tokens gets a few minutes. */
const noToken = (what: string, error: Error): Outcome<never> => ({
  ...pending(`${what}: there is no token for Azure yet`, 15),
  patience: {
    seconds: 120,
    problem: problem('AZURE_SIGN_IN_FAILED', `${what}: the control plane cannot sign in to Azure.`, {
      cause: error.message.replaceAll(/\s+/g, ' ').slice(0, LONGEST_CAUSE),
    }),
  },
});

import { done, failed, ready, type Outcome } from '../../domain/outcome.ts';
import type { PreflightInput } from '../../domain/plan.ts';
import { problem, type Finding } from '../../domain/problem.ts';
import { STEP_TITLES } from '../../domain/step-titles.ts';
import type { AzureClients, AzureOptions } from '../clients.ts';
import { attempt } from '../reconcile.ts';
import { checkGroup, groupOf } from './group.ts';
import { checkNames } from './names.ts';
import { checkNodes } from './nodes.ts';
import { checkPermissions } from './permissions.ts';
import { checkProviders } from './providers.ts';
import type { Check, CheckContext } from './check.ts';
import { checkSubscription } from './subscription.ts';
import { checkVersion } from './version.ts';

const CHECKS: readonly Check[] = [
  checkSubscription,
  checkProviders,
  checkPermissions,
  checkGroup,
  checkNames,
  checkVersion,
  checkNodes,
];

/**
 * Checks everything in the subscription that would make the stack fail, before anything is created, and
 * reports all findings at once. Existing resources of the stack do not count against it.
 */
export const preflight = (
  clients: AzureClients,
  options: AzureOptions,
  input: PreflightInput,
): Promise<Outcome> =>
  attempt(clients, STEP_TITLES.preflight, async () => {
    const context: CheckContext = { clients, options, input, group: await groupOf(clients, input) };
    const outcomes = await Promise.all(CHECKS.map((check) => findingsOf(check, context)));
    const waiting = outcomes.find((outcome) => outcome.state === 'pending');
    if (waiting !== undefined) return waiting;
    const findings = outcomes.flatMap((outcome) => (outcome.state === 'ready' ? outcome.value : []));
    for (const outcome of outcomes) {
      if (outcome.state !== 'failed') continue;
      // A check that Azure refused adds nothing when another check found the reason.
      const isKnown = findings.some(({ code }) => code === outcome.problem.code);
      if (!isKnown) findings.push(outcome.problem);
    }
    return conclude(findings);
  });

/** The findings of a check, or the reason that it could not run. */
async function findingsOf(check: Check, context: CheckContext): Promise<Outcome<Finding[]>> {
  const outcome = await attempt(context.clients, STEP_TITLES.preflight, async () =>
    ready(await check(context)),
  );
  // The preflight reports a missing role at once and does not wait for it.
  return outcome.state === 'pending' && outcome.grace ? failed(outcome.grace.problem) : outcome;
}

function conclude(findings: Finding[]): Outcome {
  const [first] = findings;
  if (first === undefined) return done;
  if (findings.length === 1) return failed(problem(first.code, first.message, first));
  return failed(
    problem('PREFLIGHT_FAILED', `${findings.length} problems must be fixed first.`, { findings }),
  );
}

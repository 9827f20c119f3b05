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
 * Looks for everything in the subscription that would make the stack fail, before anything is made, and reports
 * all of it at once. What the stack has already does not count against it.
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
      // A check that Azure refused says nothing new when another one has found the reason.
      const isKnown = findings.some(({ code }) => code === outcome.problem.code);
      if (!isKnown) findings.push(outcome.problem);
    }
    return conclude(findings);
  });

/** What a check found, or why it could not run. */
async function findingsOf(check: Check, context: CheckContext): Promise<Outcome<Finding[]>> {
  const outcome = await attempt(context.clients, STEP_TITLES.preflight, async () =>
    ready(await check(context)),
  );
  // Here it is worth more to say at once that a role is missing than to wait for it.
  return outcome.state === 'pending' && outcome.grace ? failed(outcome.grace.problem) : outcome;
}

function conclude(findings: Finding[]): Outcome {
  const [first] = findings;
  if (first === undefined) return done;
  if (findings.length === 1) return failed(problem(first.code, first.message, first));
  return failed(problem('PREFLIGHT_FAILED', `${findings.length} things stand in the way.`, { findings }));
}

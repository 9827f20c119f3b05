import { done, failed, ready, type Outcome } from '../../domain/outcome.ts';
import type { PreflightInput } from '../../domain/plan.ts';
import { problem, type Finding } from '../../domain/problem.ts';
import type { AzureClients, AzureOptions } from '../clients.ts';
import { attempt } from '../reconcile.ts';
import { checkGroup, groupOf } from './group.ts';
import { checkNames } from './names.ts';
import { checkNodes } from './nodes.ts';
import { checkPermissions } from './permissions.ts';
import { checkProviders } from './providers.ts';
import type { Check, Scene } from './scene.ts';
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
 * Looks for everything in the subscription that would make the stack fail, before anything is made, and tells
 * all of it at once. What the stack has already is no hindrance to it.
 */
export const preflight = (
  clients: AzureClients,
  options: AzureOptions,
  input: PreflightInput,
): Promise<Outcome> =>
  attempt('Preflight', async () => {
    const scene: Scene = { clients, options, input, group: await groupOf(clients, input) };
    const outcomes = await Promise.all(CHECKS.map((check) => judged(check, scene)));
    const waiting = outcomes.find((outcome) => outcome.state === 'pending');
    if (waiting !== undefined) return waiting;
    const findings = outcomes.flatMap((outcome) => (outcome.state === 'ready' ? outcome.value : []));
    for (const outcome of outcomes) {
      if (outcome.state !== 'failed') continue;
      // A check that Azure turned away says nothing new when another check has found out why.
      const isKnown = findings.some(({ code }) => code === outcome.problem.code);
      if (!isKnown) findings.push(outcome.problem);
    }
    return conclude(findings);
  });

/** What a check found, or why it could not look. */
async function judged(check: Check, scene: Scene): Promise<Outcome<Finding[]>> {
  const outcome = await attempt('Preflight', async () => ready(await check(scene)));
  // To be told at once that a role is missing is worth more here than to wait whether it arrives.
  return outcome.state === 'pending' && outcome.patience ? failed(outcome.patience.problem) : outcome;
}

function conclude(findings: Finding[]): Outcome {
  const [first] = findings;
  if (first === undefined) return done;
  if (findings.length === 1) return failed(problem(first.code, first.message, first));
  return failed(problem('PREFLIGHT_FAILED', `${findings.length} things stand in the way.`, { findings }));
}

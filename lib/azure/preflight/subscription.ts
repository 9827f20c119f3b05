import { problem } from '../../domain/problem.ts';
import { PORTAL } from '../../domain/problems/azure.ts';
import { openUrl, runAzureCli } from '../../domain/remedies.ts';
import type { Check } from './check.ts';

/** States in which a subscription is writable (learn.microsoft.com, "Azure subscription states"). */
const WRITABLE = new Set(['Enabled', 'PastDue']);

/** Checks that the subscription is not read-only. */
export const checkSubscription: Check = async ({ clients, options: { subscriptionId } }) => {
  const { state, displayName } = await clients.rest.send<{ state: string; displayName: string }>({
    path: `/subscriptions/${subscriptionId}`,
    apiVersion: '2022-12-01',
  });
  if (WRITABLE.has(state)) return [];
  return [
    problem('SUBSCRIPTION_DISABLED', `subscription ${displayName} is read-only`, {
      cause: `Its state is ${state}.`,
      remedies: [
        openUrl(PORTAL, `Enable it again (Subscriptions > ${displayName}).`),
        runAzureCli(`az account show --subscription ${subscriptionId}`, 'This shows its state.'),
      ],
    }),
  ];
};

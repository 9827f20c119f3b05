import { problem } from '../../domain/problem.ts';
import { PORTAL } from '../../domain/problems/azure.ts';
import { openUrl, runAzureCli } from '../../domain/remedy.ts';
import type { Check } from './check.ts';

/** States in which a subscription takes writes; in the others it is read-only (learn.microsoft.com, "Azure subscription states"). */
const WRITABLE = new Set(['Enabled', 'PastDue']);

/** A subscription that is disabled can be read and no more. */
export const checkSubscription: Check = async ({ clients, options: { subscriptionId } }) => {
  const { state, displayName } = await clients.rest.send<{ state: string; displayName: string }>({
    path: `/subscriptions/${subscriptionId}`,
    apiVersion: '2022-12-01',
  });
  if (WRITABLE.has(state)) return [];
  return [
    problem('SUBSCRIPTION_DISABLED', `subscription ${displayName} takes no changes`, {
      cause: `Azure calls its state ${state}.`,
      remedies: [
        openUrl(PORTAL, `Enable it again (Subscriptions > ${displayName}).`),
        runAzureCli(`az account show --subscription ${subscriptionId}`, 'This shows its state.'),
      ],
    }),
  ];
};

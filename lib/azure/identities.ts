import type { Identity } from '@azure/arm-msi';
import { done, ready, type Outcome } from '../domain/outcome.ts';
import type { Federation, StepInputs } from '../domain/plan.ts';
import { KINDS, titleOf } from '../domain/resource-kinds.ts';
import { STEP_TITLES } from '../domain/step-titles.ts';
import type { AzureClients } from './clients.ts';
import { undefinedIfAbsent } from './errors.ts';
import { desiredIdentity } from './desired/identity.ts';
import { changedBody, differencesOf } from './desired/normal-form.ts';
import { attempt } from './reconcile.ts';

export interface ManagedIdentity {
  clientId: string;
  principalId: string;
}

/** Creates a user-assigned identity for each name, or changes it where it differs. */
export const ensureIdentities = (
  clients: AzureClients,
  input: StepInputs['ensureIdentities'],
): Promise<Outcome> =>
  attempt(clients, STEP_TITLES.ensureIdentities, async () => {
    const { resourceGroup, identities, location } = input;
    const { userAssignedIdentities } = await clients.identities();
    const existing = await Array.fromAsync(userAssignedIdentities.listByResourceGroup(resourceGroup));
    const desired = desiredIdentity(input);
    await Promise.all(
      identities.map(async (name) => {
        const found = existing.find((identity) => identity.name === name);
        if (found !== undefined && differencesOf(found, desired).length === 0) return;
        // Read-only, but the client would send it back.
        const { systemData: _, ...kept }: Identity = found ?? { location };
        const body = changedBody(kept, desired);
        await userAssignedIdentities.createOrUpdate(resourceGroup, name, body);
      }),
    );
    return done;
  });

/** Reads the ids of an identity. */
export const readIdentity = (
  clients: AzureClients,
  resourceGroup: string,
  name: string,
): Promise<Outcome<ManagedIdentity>> =>
  attempt(clients, titleOf(KINDS.identity, name), async () =>
    ready(await identityOf(clients, resourceGroup, name)),
  );

/** Reads the ids of an identity. Throws the errors of the client. */
export async function identityOf(
  clients: AzureClients,
  resourceGroup: string,
  name: string,
): Promise<ManagedIdentity> {
  const { userAssignedIdentities } = await clients.identities();
  const { clientId = '', principalId = '' } = await userAssignedIdentities.get(resourceGroup, name);
  return { clientId, principalId };
}

/** Lets the pods of a service account act as an identity, with tokens signed by `issuer`. */
export async function ensureFederation(
  clients: AzureClients,
  resourceGroup: string,
  { identity, namespace, serviceAccount }: Federation,
  issuer: string,
): Promise<void> {
  const { federatedIdentityCredentials } = await clients.identities();
  const found = await federatedIdentityCredentials
    .get(resourceGroup, identity, serviceAccount)
    .catch(undefinedIfAbsent);
  const subject = `system:serviceaccount:${namespace}:${serviceAccount}`;
  if (found?.issuer === issuer && found.subject === subject) return;
  await federatedIdentityCredentials.createOrUpdate(resourceGroup, identity, serviceAccount, {
    issuer,
    subject,
    audiences: ['api://AzureADTokenExchange'],
  });
}

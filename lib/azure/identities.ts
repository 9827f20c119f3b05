import { done, ready, type Outcome } from '../domain/outcome.ts';
import type { Federation, StepInputs } from '../domain/plan.ts';
import type { AzureClients } from './clients.ts';
import { undefinedIfAbsent } from './errors.ts';
import { attempt } from './reconcile.ts';

export interface ManagedIdentity {
  clientId: string;
  principalId: string;
}

/** Makes a user-assigned identity for each name. */
export const ensureIdentities = (
  clients: AzureClients,
  { resourceGroup, identities, location, tags }: StepInputs['ensureIdentities'],
): Promise<Outcome> =>
  attempt(clients, 'Identities', async () => {
    const { userAssignedIdentities } = await clients.identities();
    const existing = await Array.fromAsync(
      userAssignedIdentities.listByResourceGroup(resourceGroup),
      ({ name }) => name,
    );
    const missing = identities.filter((name) => !existing.includes(name));
    await Promise.all(
      missing.map((name) => userAssignedIdentities.createOrUpdate(resourceGroup, name, { location, tags })),
    );
    return done;
  });

/** The ids of an identity that exists. */
export const readIdentity = (
  clients: AzureClients,
  resourceGroup: string,
  name: string,
): Promise<Outcome<ManagedIdentity>> =>
  attempt(clients, `Identity ${name}`, async () => ready(await identityOf(clients, resourceGroup, name)));

/** The same; throws what Azure's client throws. */
export async function identityOf(
  clients: AzureClients,
  resourceGroup: string,
  name: string,
): Promise<ManagedIdentity> {
  const { userAssignedIdentities } = await clients.identities();
  const { clientId = '', principalId = '' } = await userAssignedIdentities.get(resourceGroup, name);
  return { clientId, principalId };
}

/** Lets the pods of a service account act as an identity, by the tokens that `issuer` signs. */
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

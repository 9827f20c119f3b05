import { done, pending, ready, type Outcome } from '../domain/outcome.ts';
import type { StepInputs } from '../domain/plan.ts';
import { KINDS, titleOf } from '../domain/resource-kinds.ts';
import { RETRIES, tryAgain } from '../domain/retry.ts';
import { STEP_TITLES } from '../domain/step-titles.ts';
import type { AzureClients, AzureOptions } from './clients.ts';
import { ensureFederation } from './identities.ts';
import { attempt } from './reconcile.ts';
import { ensureRole, isAssigned, resourceId, type RoleGrant } from './roles.ts';

/** The Entra application of all AKS API servers; tokens for clusters are issued for it. */
const AKS_SERVER_APPLICATION = '6dae42f8-4368-4678-94ff-3960e28e3630';

/**
 * Assigns the roles that let the control plane use the cluster and the cluster pull from the registry, and
 * federates the components' identities with their service accounts.
 */
export const ensureClusterAccess = (
  clients: AzureClients,
  options: AzureOptions,
  { resourceGroup, cluster, registry, federations }: StepInputs['ensureClusterAccess'],
): Promise<Outcome> =>
  attempt(clients, STEP_TITLES.ensureClusterAccess, async () => {
    const { managedClusters } = await clients.clusters();
    const { id = '', oidcIssuerProfile, identityProfile } = await managedClusters.get(resourceGroup, cluster);
    const issuer = oidcIssuerProfile?.issuerURL;
    const kubelet = identityProfile?.['kubeletidentity']?.objectId;
    if (issuer === undefined || kubelet === undefined)
      return pending('Azure has not created the identity of its nodes yet', 10);
    await ensureRole(clients, options, ownAccess(options, id));
    if (registry !== undefined) {
      const scope = resourceId(options, resourceGroup, 'Microsoft.ContainerRegistry/registries', registry);
      await ensureRole(clients, options, { scope, role: 'AcrPull', principalId: kubelet });
    }
    // One at a time: Azure refuses concurrent writes to an identity.
    for (const federation of federations) await ensureFederation(clients, resourceGroup, federation, issuer);
    return done;
  });

/**
 * Whether the control plane has access to a cluster. It gets access before anything is installed, so a
 * cluster without access contains nothing of a stack.
 */
export const hasAccess = (
  clients: AzureClients,
  options: AzureOptions,
  clusterId: string,
): Promise<boolean> => isAssigned(clients, ownAccess(options, clusterId));

const ownAccess = ({ principalId }: AzureOptions, clusterId: string): RoleGrant => ({
  scope: clusterId,
  role: 'Azure Kubernetes Service RBAC Cluster Admin',
  principalId,
});

/** The kubeconfig of the cluster. Without `kubelogin` only its address and certificate are usable. */
export const kubeconfig = (
  clients: AzureClients,
  resourceGroup: string,
  cluster: string,
): Promise<Outcome<string>> =>
  attempt(clients, titleOf(KINDS.cluster, cluster), async () => {
    const { managedClusters } = await clients.clusters();
    const { kubeconfigs = [] } = await managedClusters.listClusterUserCredentials(resourceGroup, cluster, {
      format: 'exec',
    });
    const value = kubeconfigs[0]?.value;
    if (value === undefined) return tryAgain('Azure returned no kubeconfig of it', RETRIES.azure.noAnswer);
    return ready(Buffer.from(value).toString('utf8'));
  });

/** A token for the API servers of all clusters. Throws the errors of the credential. */
export async function clusterToken({ credential }: AzureOptions): Promise<string> {
  const token = await credential.getToken(`${AKS_SERVER_APPLICATION}/.default`);
  if (token === null) throw new Error('The credential returned no token for AKS.');
  return token.token;
}

import { stringify } from 'yaml';
import type { Azure, Json, Reply, Target } from './arm.ts';
import { clusterAt } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { notFound, aksError } from './errors.ts';
import { hasRole } from './roles.ts';
import { AKS_AUDIENCE, issueToken, readToken } from './tokens.ts';

/** The user name in the certificate of a local admin account. */
const LOCAL_ADMIN = 'masterclient';

/** The public client application with which kubelogin signs a user in. */
const KUBELOGIN_CLIENT = '80faf920-1908-4b52-b5ef-a8e7bedfc67a';

const kubelogin = (azure: Azure): Json => ({
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'kubelogin',
    args: [
      ...['get-token', '--environment', 'AzurePublicCloud', '--login', 'devicecode'],
      ...['--server-id', AKS_AUDIENCE, '--client-id', KUBELOGIN_CLIENT, '--tenant-id', azure.tenantId],
    ],
    env: null,
    provideClusterInfo: false,
  },
});

const localAdmin = (azure: Azure): Json => ({
  token: issueToken({ oid: LOCAL_ADMIN, tid: azure.tenantId, aud: AKS_AUDIENCE }).token,
});

function requireCluster(azure: Azure, target: Target): Cluster {
  const cluster = clusterAt(azure, target.key);
  if (!cluster) throw notFound(target);
  if (!cluster.properties.identityProfile)
    throw aksError(404, 'NotFound', `The credentials of managed cluster '${cluster.name}' do not exist yet.`);
  return cluster;
}

function credential(azure: Azure, target: Target, name: string, user: Json): Reply {
  const { server, certificateAuthority } = azure.clusters.endpoint(target.key);
  const cluster = target.name ?? '';
  const userName = `${name}_${target.group ?? ''}_${cluster}`;
  const ca = certificateAuthority !== undefined && {
    'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64'),
  };
  const kubeconfig = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: cluster, cluster: { ...ca, server } }],
    contexts: [{ name: cluster, context: { cluster, user: userName } }],
    'current-context': cluster,
    preferences: {},
    users: [{ name: userName, user }],
  });
  const value = Buffer.from(kubeconfig).toString('base64');
  return { status: 200, body: { kubeconfigs: [{ name, value }] } };
}

/** The kubeconfig of a user. With Entra integration, it runs kubelogin to get a token. */
export function userCredential(azure: Azure, target: Target): Reply {
  const { properties } = requireCluster(azure, target);
  return credential(
    azure,
    target,
    'clusterUser',
    properties.aadProfile ? kubelogin(azure) : localAdmin(azure),
  );
}

/** The kubeconfig of the local admin; an error if local accounts are disabled. */
export function adminCredential(azure: Azure, target: Target): Reply {
  if (requireCluster(azure, target).properties.disableLocalAccounts)
    throw aksError(
      400,
      'BadRequest',
      'Getting static credential is not allowed because this cluster is set to disable local accounts.',
    );
  return credential(azure, target, 'clusterAdmin', localAdmin(azure));
}

/** What a request to an API server is for. */
export interface ClusterAccess {
  namespace: string;
  /** With its group, and without a subresource: `pods`, `jobs.batch`. */
  resource: string;
}

/** The data actions of Azure Kubernetes Service RBAC Writer; it has no roles and role bindings. */
const WRITABLE =
  /^(pods|secrets|configmaps|services|serviceaccounts|persistentvolumeclaims|endpoints|events|replicationcontrollers|(jobs|cronjobs)\.batch|\w+\.apps|horizontalpodautoscalers\.autoscaling)$/;

/** Decides whether the bearer of a token may use the API server of a cluster, or do this there. */
export function authorizeCluster(
  azure: Azure,
  key: string,
  token: string | undefined,
  access?: ClusterAccess,
) {
  const claims = readToken(token);
  const properties = clusterAt(azure, key.toLowerCase())?.properties;
  if (claims?.aud !== AKS_AUDIENCE || claims.tid !== azure.tenantId || !properties) return 'unauthenticated';
  if (claims.oid === LOCAL_ADMIN) return properties.disableLocalAccounts ? 'unauthenticated' : 'allowed';
  if (properties.aadProfile?.enableAzureRBAC !== true) return 'forbidden';
  if (hasRole(azure, claims.oid, 'Azure Kubernetes Service RBAC Cluster Admin', key)) return 'allowed';
  if (access === undefined || !WRITABLE.test(access.resource)) return 'forbidden';
  const scope = `${key}/namespaces/${access.namespace}`;
  return hasRole(azure, claims.oid, 'Azure Kubernetes Service RBAC Writer', scope) ? 'allowed' : 'forbidden';
}

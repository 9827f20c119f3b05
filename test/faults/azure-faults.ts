import type { ProblemCode } from '../../lib/domain/problem.ts';
import type { OperationFault } from '../../local/azure/index.ts';

type Failure = NonNullable<OperationFault['failure']>;

/** An error response to a request for a resource of the stack, or a failure of an operation on it. */
export type AzureFault = { on: keyof typeof PATHS; times?: number } & (
  { status: number; body: object; headers?: Record<string, string> } | { ends: Failure }
);

export const PATHS = {
  group: (stack: string) => new RegExp(`/resourceGroups/${stack}-resources$`, 'i'),
  storage: (stack: string) => new RegExp(`/storageAccounts/${stack}st\\w+$`, 'i'),
  registry: (stack: string) => new RegExp(`/registries/${stack}acr\\w+$`, 'i'),
  identity: (stack: string) => new RegExp(`/userAssignedIdentities/${stack}-mlflow$`, 'i'),
  role: (stack: string) => new RegExp(`/${stack}-resources/.*/roleAssignments/[^/]+$`, 'i'),
  /** Of the registry. Storage checks the roles of its callers, so a role there cannot be only said to exist. */
  pullRole: (stack: string) => new RegExp(`/registries/${stack}acr\\w+/.*/roleAssignments/[^/]+$`, 'i'),
  cluster: (stack: string) => new RegExp(`/managedClusters/${stack}-k8s$`, 'i'),
  federation: (stack: string) => new RegExp(`/${stack}-mlflow/federatedIdentityCredentials/[^/]+$`, 'i'),
};

/** An error in the format of Resource Manager. */
export const arm = (code: string, message: string, more: object = {}) => ({
  error: { code, message, ...more },
});
/** An error in the format of AKS. */
export const aks = (code: string, message: string) => ({ code, details: null, message, subcode: '' });

const SUBSCRIPTION = '/subscriptions/5a1ad000-0000-4000-8000-000000000001';
const FOREVER = Number.POSITIVE_INFINITY;

type Expected = readonly [code: ProblemCode, cause: RegExp, remedy: RegExp];

/** Permanent errors of Azure and the expected problems. */
export const ERRORS: Record<string, readonly [AzureFault, Expected]> = {
  'vCPU quota of a family': [
    {
      on: 'cluster',
      status: 400,
      body: aks('ErrCode_InsufficientVCPUQuota', 'Insufficient vcpu quota requested 4, remaining 2 for family StandardDSv5Family for region uksouth.'),
    },
    ['QUOTA_EXCEEDED', /remaining 2 for family/, /provision \w+ --wait-for-quota 3d/],
  ],
  'quota with the code that also means busy': [
    {
      on: 'cluster',
      status: 409,
      body: arm('OperationNotAllowed', 'Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional details - Current Limit: 10, Current Usage: 8.'),
    },
    ['QUOTA_EXCEEDED', /Current Limit: 10/, /provision \w+ --wait-for-quota 3d/],
  ],
  'public IP limit with the code that also means busy': [
    {
      on: 'cluster',
      status: 400,
      body: arm('OperationNotAllowed', "Code='PublicIPCountLimitReached' Message='Cannot create more than 10 public IP addresses for this subscription in this region.'"),
    },
    ['LIMIT_REACHED', /more than 10 public IP addresses/, /higher limit/],
  ],
  'size without capacity': [
    {
      on: 'cluster',
      status: 409,
      body: arm('SkuNotAvailable', "The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: Standard_D4s_v5' is currently not available in location 'uksouth'."),
    },
    ['CAPACITY_UNAVAILABLE', /Capacity Restrictions/, /provision \w+ --wait-for-quota 3d/],
  ],
  'size that the subscription may not use': [
    {
      on: 'cluster',
      status: 400,
      body: aks('BadRequest', "The VM size of Standard_D4s_v5 is not allowed in your subscription in location 'uksouth'. The available VM sizes are 'standard_d2s_v3'."),
    },
    ['SIZE_UNAVAILABLE', /available VM sizes are/, /another node size/],
  ],
  'allocation failure in the details': [
    {
      on: 'cluster',
      ends: {
        code: 'ReconcileVMSSAgentPoolFailed',
        message: 'Agent pool reconciliation failed.',
        details: [{ code: 'AllocationFailed', message: 'Allocation failed. We do not have sufficient capacity for the requested VM size in this region.' }],
      } as Failure,
    },
    ['CAPACITY_UNAVAILABLE', /AllocationFailed.*sufficient capacity/, /provision \w+ --fallback-sizes/],
  ],
  'allocation failure in the inner error': [
    {
      on: 'cluster',
      ends: {
        code: 'CreateVMSSAgentPoolFailed',
        message: 'Unable to establish the agent pool.',
        innererror: { code: 'ZonalAllocationFailed', message: 'Allocation failed in zone 1.' },
      } as Failure,
    },
    ['CAPACITY_UNAVAILABLE', /ZonalAllocationFailed/, /--wait-for-quota 3d/],
  ],
  'nodes that do not start': [
    {
      on: 'cluster',
      ends: { code: 'VMExtensionProvisioningError', message: 'VM has reported a failure when processing extension vmssCSE. Error message: outbound connection failed.' },
    },
    ['NODES_FAILED', /vmssCSE/, /node pools of the cluster/],
  ],
  'policy with a name in additionalInfo': [
    {
      on: 'storage',
      status: 403,
      body: arm('RequestDisallowedByPolicy', "Resource 'x' was disallowed by policy.", {
        additionalInfo: [{ type: 'PolicyViolation', info: { policyAssignmentDisplayName: 'Storage only in the north' } }],
      }),
    },
    ['POLICY_DENIED', /disallowed by policy/, /Policy "Storage only in the north" denies it.*exemption/],
  ],
  'policy with a name in the message': [
    {
      on: 'group',
      status: 403,
      body: arm('RequestDisallowedByPolicy', `Resource 'x' was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"require-cost-centre","id":"${SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/require-cost-centre"}}]'.`),
    },
    ['POLICY_DENIED', /disallowed by policy/, /Policy "require-cost-centre" denies it/],
  ],
  'lock on the group': [
    {
      on: 'registry',
      status: 409,
      body: arm('ScopeLocked', `The scope '${SUBSCRIPTION}/resourceGroups/g/providers/x/y/z' cannot perform write operation because following scope(s) are locked: '${SUBSCRIPTION}/resourceGroups/frozen'. Please remove the lock and try again.`),
    },
    ['RESOURCE_LOCKED', /are locked/, /az lock list --resource-group frozen[^]*az lock delete/],
  ],
  'storage name taken after the preflight': [
    { on: 'storage', status: 409, body: arm('StorageAccountAlreadyTaken', 'The storage account named x is already taken.') },
    ['NAME_TAKEN', /already taken/, /another stack name/],
  ],
  'registry name taken after the preflight': [
    { on: 'registry', status: 409, body: arm('AlreadyInUse', 'The registry DNS name x.azurecr.io is already in use.') },
    ['NAME_TAKEN', /already in use/, /another stack name/],
  ],
  'name of the API server taken': [
    { on: 'cluster', status: 409, body: aks('DnsRecordInUse', 'DNS record x.uksouth.cloudapp.azure.com is already used by another public IP.') },
    ['NAME_TAKEN', /DnsRecordInUse/, /another stack name/],
  ],
  'name reserved by a soft-deleted resource': [
    { on: 'registry', status: 409, body: arm('Conflict', 'A soft-deleted resource with this name exists.') },
    ['NAME_RESERVED', /soft-deleted/, /Purge or recover/],
  ],
  'service not registered': [
    {
      on: 'cluster',
      status: 409,
      body: arm('MissingSubscriptionRegistration', "The subscription is not registered to use namespace 'Microsoft.ContainerService'. See https://aka.ms/rps-not-found for how to register subscriptions."),
    },
    ['PROVIDER_NOT_REGISTERED', /not registered/, /az provider register --namespace Microsoft.ContainerService/],
  ],
  'subscription disabled': [
    { on: 'group', status: 409, body: arm('ReadOnlyDisabledSubscription', "The subscription 'x' is disabled and therefore marked as read only.") },
    ['SUBSCRIPTION_DISABLED', /marked as read only/, /Enable the subscription/],
  ],
  'subscription not found': [
    { on: 'group', status: 404, body: arm('SubscriptionNotFound', "The subscription 'x' could not be found.") },
    ['SUBSCRIPTION_NOT_FOUND', /could not be found/, /AZURE_SUBSCRIPTION_ID/],
  ],
  'missing role': [
    {
      on: 'identity',
      times: FOREVER,
      status: 403,
      body: arm('AuthorizationFailed', `The client 'c' with object id '1234' does not have authorization to perform action 'Microsoft.ManagedIdentity/userAssignedIdentities/write' over scope '${SUBSCRIPTION}/resourceGroups/g' or the scope is invalid.`),
    },
    ['AZURE_FORBIDDEN', /userAssignedIdentities\/write/, /az role assignment create --assignee-object-id 1234 .* --role "Contributor" --scope/],
  ],
  'missing role for role assignments': [
    {
      on: 'role',
      times: FOREVER,
      status: 403,
      body: arm('AuthorizationFailed', `The client 'c' with object id '1234' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '${SUBSCRIPTION}' or the scope is invalid.`),
    },
    ['AZURE_FORBIDDEN', /roleAssignments\/write/, /--role "Role Based Access Control Administrator"/],
  ],
  'missing permission on a linked resource': [
    {
      on: 'cluster',
      times: FOREVER,
      status: 403,
      body: arm('LinkedAuthorizationFailed', "The client has permission to perform action 'write', but not to perform action 'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s)."),
    },
    ['AZURE_FORBIDDEN', /linked scope/, /Contributor/],
  ],
  'identity that is never replicated': [
    { on: 'role', times: FOREVER, status: 400, body: arm('PrincipalNotFound', 'Principal 1234 does not exist in the directory 5678.') },
    ['PRINCIPAL_NOT_FOUND', /does not exist in the directory/, /Wait some minutes/],
  ],
  'too many role assignments': [
    { on: 'role', status: 400, body: arm('RoleAssignmentLimitExceeded', 'No more role assignments can be created (4000).') },
    ['LIMIT_REACHED', /No more role assignments/, /no longer needed/],
  ],
  'too many tags': [
    { on: 'registry', status: 400, body: arm('InvalidParameter', 'Tags count out of bound. Maximum count value is 50.') },
    ['INVALID_FOR_AZURE', /Maximum count value is 50/, /fewer or shorter tags/],
  ],
  'unsupported Kubernetes version': [
    { on: 'cluster', status: 400, body: aks('K8sVersionNotSupported', 'Managed cluster x is on version 1.30.1 which is not supported in this region.') },
    ['KUBERNETES_VERSION_UNSUPPORTED', /1\.30\.1/, /az aks get-versions/],
  ],
  'region without new deployments': [
    { on: 'storage', status: 409, body: arm('RegionDoesNotAllowProvisioning', "Location 'uksouth' is not accepting creation of new resources at this time.") },
    ['REGION_UNAVAILABLE', /not accepting creation/, /another region/],
  ],
  'region without the service': [
    { on: 'registry', status: 400, body: arm('LocationNotAvailableForResourceType', "The provided location 'uksouth' is not available for resource type 'Microsoft.ContainerRegistry/registries'.") },
    ['REGION_UNAVAILABLE', /not available for resource type/, /another region/],
  ],
  'full subnet': [
    { on: 'cluster', ends: { code: 'SubnetIsFull', message: 'Subnet aks-subnet does not have enough capacity for 4 IP addresses.' } },
    ['NO_ADDRESSES_LEFT', /enough capacity for 4 IP/, /larger subnet/],
  ],
  'inaccessible customer-managed key': [
    { on: 'storage', status: 403, body: arm('CustomerManagedKeyAccessDenied', 'The operation failed because of access denied to the customer-managed key.') },
    ['KEY_UNUSABLE', /access denied/, /Key Vault/],
  ],
  'invalid value': [
    { on: 'cluster', status: 400, body: aks('InvalidParameter', 'The value of parameter networkProfile.podCidr is invalid.') },
    ['INVALID_FOR_AZURE', /podCidr is invalid/, /Change the value that Azure names/],
  ],
  'immutable property': [
    { on: 'cluster', status: 400, body: aks('PropertyChangeNotAllowed', "Changing property 'dnsPrefix' is not allowed.") },
    ['IMMUTABLE_FIELD', /dnsPrefix/, /provision it again/],
  ],
  'deleted group': [
    { on: 'identity', times: FOREVER, status: 404, body: arm('ResourceGroupNotFound', "Resource group 'x' could not be found.") },
    ['RESOURCE_GONE', /could not be found/, /creates what is missing/],
  ],
  'rejected token': [
    { on: 'registry', times: FOREVER, status: 401, body: arm('InvalidAuthenticationTokenTenant', 'The access token is from the wrong issuer.') },
    ['AZURE_SIGN_IN_FAILED', /wrong issuer/, /managed identity/],
  ],
  'unknown error': [
    { on: 'storage', status: 418, body: arm('TeapotsOnly', 'This account brews tea.') },
    ['AZURE_REFUSED', /TeapotsOnly: This account brews tea/, /Correct the value that Azure names/],
  ],
}; // prettier-ignore

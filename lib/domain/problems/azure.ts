import { manual, openUrl, provisionStack, repeatOperation, runAzureCli } from '../remedies.ts';
import type { Remedy } from '../remedy.ts';
import type { ProblemTable } from './table.ts';

export const PORTAL = 'https://portal.azure.com';

const again = repeatOperation();

/** Makes the cluster wait for quota or capacity. */
export const waitForCapacity: Remedy = provisionStack(
  { 'cluster.onShortage.do': 'wait', 'cluster.onShortage.upTo': 'P3D' },
  'Retry for three days, at no cost.',
);

/** A remedy to request more quota; `location` is a region. */
export const requestQuota = (location?: string): Remedy =>
  openUrl(PORTAL, `Request more quota (Quotas > Compute${location === undefined ? '' : ` > ${location}`}).`);

/** Problems of the subscription, its quotas and policies, and Azure itself. */
export const AZURE_PROBLEMS = {
  PREFLIGHT_FAILED: {
    status: 409,
    remedies: [repeatOperation('Fix each of these, then run it again. Nothing was changed.')],
  },
  SUBSCRIPTION_DISABLED: {
    status: 409,
    remedies: [openUrl(PORTAL, 'Enable the subscription again (Subscriptions).'), again],
  },
  SUBSCRIPTION_NOT_FOUND: {
    status: 409,
    remedies: [
      manual('Check AZURE_SUBSCRIPTION_ID, and that the identity of the control plane has a role there.'),
      again,
    ],
  },
  PROVIDER_NOT_REGISTERED: {
    status: 409,
    remedies: [manual('Register the resource provider that Azure names.'), again],
  },
  POLICY_DENIED: {
    status: 409,
    remedies: [
      manual('Ask the owner of the policy for an exemption, or choose values that it allows.'),
      again,
    ],
  },
  RESOURCE_LOCKED: { status: 409, remedies: [manual('Remove the lock.'), again] },
  SIZE_UNAVAILABLE: {
    status: 409,
    remedies: [
      manual('Choose another node size.'),
      runAzureCli(
        'az vm list-skus --location REGION --resource-type virtualMachines --output table',
        'See which sizes a region offers.',
      ),
    ],
  },
  REGION_UNAVAILABLE: {
    status: 409,
    remedies: [manual('Choose another region, or ask Azure support for access to this one.')],
  },
  KUBERNETES_VERSION_UNSUPPORTED: {
    status: 409,
    remedies: [
      manual('Leave the Kubernetes version out, or choose one that the region offers.'),
      runAzureCli(
        'az aks get-versions --location REGION --output table',
        'See which versions a region offers.',
      ),
    ],
  },
  KUBERNETES_VERSION_SKIPPED: {
    status: 409,
    remedies: [manual('Upgrade one minor version at a time.')],
  },
  LIMIT_REACHED: {
    status: 409,
    remedies: [manual('Delete what is no longer needed, or ask Azure support for a higher limit.'), again],
  },
  NO_ADDRESSES_LEFT: { status: 409, remedies: [manual('Free addresses, or choose a larger subnet.'), again] },
  NAME_RESERVED: {
    status: 409,
    remedies: [
      manual('Purge or recover the deleted resource of this name, or choose another stack name.'),
      again,
    ],
  },
  KEY_UNUSABLE: {
    status: 409,
    remedies: [manual('Let the resource use its customer-managed key in Key Vault again.'), again],
  },
  NODES_FAILED: {
    status: 409,
    remedies: [manual('Look at the node pools of the cluster in the Azure portal.'), again],
  },
  PRINCIPAL_NOT_FOUND: {
    status: 409,
    remedies: [
      repeatOperation(
        'Wait some minutes until the directory knows the identity, then run it again; it continues.',
      ),
    ],
  },
  RESOURCE_GONE: {
    status: 409,
    remedies: [
      repeatOperation('It was deleted during the operation. Run it again; it creates what is missing.'),
    ],
  },
  INVALID_FOR_AZURE: { status: 409, remedies: [manual('Change the value that Azure names.'), again] },
  AZURE_SIGN_IN_FAILED: {
    status: 502,
    remedies: [manual('Check the managed identity of the function app (AZURE_CLIENT_ID).'), again],
  },
  QUOTA_EXCEEDED: {
    status: 409,
    remedies: [manual('Choose another node size.'), waitForCapacity, requestQuota()],
  },
  CAPACITY_UNAVAILABLE: { status: 409, remedies: [manual('Choose another node size.'), waitForCapacity] },
  NAME_TAKEN: {
    status: 409,
    remedies: [manual('Choose another stack name: Azure needs this one to be unique worldwide.')],
  },
  AZURE_FORBIDDEN: {
    status: 403,
    remedies: [
      manual(
        'Give the identity of the control plane Contributor and Role Based Access Control Administrator.',
      ),
      again,
    ],
  },
  AZURE_REFUSED: { status: 409, remedies: [manual('Correct the value that Azure names.'), again] },
  AZURE_UNAVAILABLE: {
    status: 503,
    remedies: [
      repeatOperation('Azure is busy or does not answer. Try again in a moment; an operation continues.'),
    ],
    retryable: true,
  },
  FOREIGN_RESOURCE: {
    status: 409,
    remedies: [
      manual(
        'Choose another stack name, or tag the resource group with matcha-stack to assign it to this stack.',
      ),
    ],
  },
  IMAGE_BUILDS_NOT_ALLOWED: {
    status: 409,
    remedies: [
      manual('Ask Azure support to allow ACR Tasks: Azure pauses them for trials and free credit.'),
      repeatOperation(
        'Then run it again. Until then, build the image elsewhere and push it to the registry.',
      ),
    ],
  },
  IMAGE_BUILD_FAILED: {
    status: 409,
    remedies: [manual('Correct what the last lines of the log name.'), again],
  },
  IMAGE_BUILD_RUNNING: {
    status: 409,
    remedies: [
      { action: 'listImages', text: 'See whether the build has ended.' },
      repeatOperation('Then run it again, so that the stack knows.'),
    ],
  },
  RESOURCES_LEFT: {
    status: 409,
    remedies: [repeatOperation('Run it again; the receipt lists what is left.')],
  },
} as const satisfies ProblemTable;

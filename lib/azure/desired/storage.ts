import type { BlobServiceProperties, StorageAccount } from '@azure/arm-storage';
import type { MergePatch } from '../../domain/merge-patch.ts';
import type { StepInputs } from '../../domain/plan.ts';
import { KEPT_TAG } from '../destroy/keeping.ts';
import type { Defaults } from './normal-form.ts';

/** Days for which a deleted blob or container can be brought back. */
const SOFT_DELETE_DAYS = 7;

export const desiredAccount = ({
  location,
  sharedKeyAccess,
  tags,
}: StepInputs['ensureStorage']): MergePatch<StorageAccount> => ({
  location,
  tags: { ...tags, [KEPT_TAG]: null },
  kind: 'StorageV2',
  sku: { name: 'Standard_LRS' },
  minimumTlsVersion: 'TLS1_2',
  enableHttpsTrafficOnly: true,
  allowBlobPublicAccess: false,
  allowSharedKeyAccess: sharedKeyAccess,
  defaultToOAuthAuthentication: true,
});

/** "The default value is null, which is equivalent to true" (Storage Accounts, Create). */
export const ACCOUNT_DEFAULTS: Defaults<StorageAccount> = {
  allowSharedKeyAccess: true,
  allowBlobPublicAccess: false,
  defaultToOAuthAuthentication: false,
};

const retention = { enabled: true, days: SOFT_DELETE_DAYS };

export const desiredBlobService: MergePatch<BlobServiceProperties> = {
  isVersioningEnabled: true,
  deleteRetentionPolicy: retention,
  containerDeleteRetentionPolicy: retention,
};

import { expect, test } from 'vitest';
import { resourceText } from '../../cli/render/resource.ts';

const GROUP = '/subscriptions/s/resourceGroups/demo-resources';
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/demost`;

test.each([
  [GROUP, 'resource group demo-resources'],
  [ACCOUNT, 'storage account demost'],
  [`${ACCOUNT}/blobServices/default/containers/dvc`, 'blob container dvc'],
  [
    `${ACCOUNT}/providers/Microsoft.Authorization/roleAssignments/8a6f9331`,
    'role assignment on storage account demost',
  ],
  [`${GROUP}/providers/Microsoft.Network/publicIPAddresses/ip`, 'publicIPAddresses ip'],
])('%s is %s', (id, text) => {
  expect(resourceText(id)).toBe(text);
});

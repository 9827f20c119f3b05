import type { Component } from './component.ts';

const CONTAINER = 'dvc';

export const dvc: Component = {
  name: 'dvc',
  title: 'Data version control',
  version: 'StorageV2',
  summary: 'A DVC remote in Azure Blob Storage',
  slot: 'data-version-control',
  dependsOn: [],
  azure: { containers: [CONTAINER], people: { containers: [CONTAINER] } },
  outputs: ({ names }) => ({
    'data-version-control': {
      'account-name': names.storageAccount,
      'container-name': CONTAINER,
      'remote-url': `azure://${CONTAINER}`,
      'connection-string': { storage: 'connection-string' },
    },
  }),
};

import type { Component } from './component.ts';

export const registry: Component = {
  name: 'registry',
  title: 'Container registry',
  version: 'Standard',
  summary: 'Azure Container Registry that the cluster pulls from',
  dependsOn: [],
  azure: { registry: true },
  outputs: ({ names }) => ({
    'container-registry': {
      'registry-name': names.registry,
      'registry-url': `${names.registry}.azurecr.io`,
    },
  }),
};

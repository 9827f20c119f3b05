import { loginServerOf } from '../domain/image.ts';
import { KINDS, titleOf } from '../domain/resource-kinds.ts';
import type { Component, OutputContext } from './component.ts';

export const registry: Component = {
  name: 'registry',
  title: titleOf(KINDS.registry),
  version: 'Standard',
  summary: 'Azure Container Registry that the cluster pulls from',
  slot: 'container-registry',
  dependsOn: [],
  azure: { registry: true },
  registers: {
    zenml: (context) => [
      {
        type: 'container_registry',
        place: 'cluster',
        flavor: 'azure',
        configuration: { uri: urlOf(context) },
      },
    ],
  },
  outputs: (context) => ({
    'container-registry': {
      'registry-name': context.names.registry,
      'registry-url': urlOf(context),
    },
  }),
};

const urlOf = ({ names }: OutputContext): string => loginServerOf(names.registry);

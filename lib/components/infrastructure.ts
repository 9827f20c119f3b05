import type { OutputContext, Outputs } from './component.ts';

/** What every stack has, whatever its components. */
export const commonOutputs = ({ spec, names }: OutputContext): Outputs => ({
  cloud: {
    location: spec.location,
    prefix: spec.name,
    'resource-group-name': names.resourceGroup,
  },
  orchestrator: { 'k8s-context': names.cluster },
});

/** What names every stack and its storage account, as Azure's own tools take it. */
export const commonEnvironment = ({ spec, names }: OutputContext): Record<string, string> => ({
  MATCHA_STACK: spec.name,
  AZURE_STORAGE_ACCOUNT: names.storageAccount,
});

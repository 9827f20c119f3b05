import type { OutputContext, Outputs } from './component.ts';

/** Outputs of every stack. */
export const commonOutputs = ({ spec, names }: OutputContext): Outputs => ({
  cloud: {
    location: spec.location,
    prefix: spec.name,
    'resource-group-name': names.resourceGroup,
  },
  orchestrator: { 'k8s-context': names.cluster },
});

/**
 * Environment variables of every stack: its name, and its storage account in the form that Azure's tools
 * read.
 */
export const commonEnvironment = ({ spec, names }: OutputContext): Record<string, string> => ({
  MATCHA_STACK: spec.name,
  AZURE_STORAGE_ACCOUNT: names.storageAccount,
});

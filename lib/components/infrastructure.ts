import { createHash } from 'node:crypto';
import type { OutputContext, Outputs } from './component.ts';

/** Outputs of every stack. */
export const commonOutputs = ({ spec, names }: OutputContext): Outputs => ({
  cloud: {
    location: spec.location,
    prefix: spec.name,
    'resource-group-name': names.resourceGroup,
  },
  orchestrator: { 'k8s-context': names.cluster },
  id: { matcha_uuid: uuidOf(names.storageAccount) },
});

/** A UUID that is constant for a name (version 8, RFC 9562 appendix B.2). Storage accounts have unique names. */
function uuidOf(name: string): string {
  const digits = createHash('sha256').update(name).digest('hex');
  const parts = [digits.slice(0, 8), digits.slice(8, 12), `8${digits.slice(13, 16)}`];
  return [...parts, `a${digits.slice(17, 20)}`, digits.slice(20, 32)].join('-');
}

/**
 * Environment variables of every stack: its name, and its storage account in the form that Azure's tools
 * read.
 */
export const commonEnvironment = ({ spec, names }: OutputContext): Record<string, string> => ({
  MATCHA_STACK: spec.name,
  AZURE_STORAGE_ACCOUNT: names.storageAccount,
});

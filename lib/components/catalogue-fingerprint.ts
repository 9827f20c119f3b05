import { createHash } from 'node:crypto';
import type { Component, ManifestContext } from './component.ts';

const CONTEXT: ManifestContext = { stack: 'any', storageAccount: 'any', clientId: 'any' };

/** Public and private stacks get different manifests. */
const CONTEXTS: ManifestContext[] = [
  CONTEXT,
  { ...CONTEXT, public: { host: 'any', allowFrom: ['any'], ports: [443] } },
];

/**
 * The catalogue fingerprint of a component: a digest of everything that it applies, rendered in a fixed context. It
 * does not depend on a stack. A plan stores it, so that a running operation notices when a new release of Matcha
 * brings another version or other manifests. What differs between two configurations of one stack is not in it: that
 * is the manifest digest (lib/commands/manifest-digests.ts).
 */
export function catalogueFingerprintOf({ version, workload }: Component): string {
  const applied = workload && [
    CONTEXTS.map((context) => workload.manifests(context)),
    workload.secrets,
    workload.certificates,
    workload.makes,
  ];
  return createHash('sha256')
    .update(JSON.stringify([version, applied]))
    .digest('hex')
    .slice(0, 16);
}

import { createHash } from 'node:crypto';
import type { Component, ManifestContext } from './component.ts';

const CONTEXT: ManifestContext = { stack: 'any', storageAccount: 'any', clientId: 'any' };

/** Public and private stacks get different manifests. */
const CONTEXTS: ManifestContext[] = [
  CONTEXT,
  { ...CONTEXT, public: { host: 'any', allowFrom: ['any'], ports: [443] } },
];

/** A digest of all that a component applies in a fixed context: two versions with different manifests differ in it. */
export function fingerprintOf({ version, workload }: Component): string {
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

import { createHash } from 'node:crypto';
import type { Catalogue } from '../components/catalogue.ts';
import type { ComponentInput, Plan } from '../domain/plan.ts';
import type { KubernetesObject } from '../manifests/object.ts';

/**
 * By component, a digest of its manifests as planned for one stack. The stack's record keeps it: another digest in a
 * later plan means that the component has changes to apply. It depends on the stack's configuration, unlike the
 * catalogue fingerprint (lib/components/catalogue-fingerprint.ts), which shows a change of Matcha itself.
 */
export type ManifestDigests = Record<string, string>;

/** The manifest digest of each component that a plan installs or upgrades. */
export const manifestDigestsOf = (catalogue: Catalogue, { steps }: Plan): ManifestDigests =>
  Object.fromEntries(
    steps.flatMap(({ activity, input }) => {
      if (activity !== 'installComponent' && activity !== 'upgradeComponent') return [];
      const digest = createHash('sha256').update(JSON.stringify(manifestsOf(catalogue, input)));
      return [[input.component, digest.digest('hex')]];
    }),
  );

/** The manifests of a component without the client id of its identity, which is unknown here and never changes. */
export function manifestsOf(
  catalogue: Catalogue,
  { component, stack, storageAccount, image, ...input }: ComponentInput,
): KubernetesObject[] {
  const context = {
    stack,
    storageAccount,
    clientId: '',
    ...(image !== undefined && { image }),
    ...(input.public && { public: input.public }),
  };
  return catalogue.find(component)?.workload?.manifests(context) ?? [];
}

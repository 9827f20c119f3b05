import type { KubernetesObject } from '../manifests/object.ts';
import type { Component } from './component.ts';

interface Claim {
  resources?: { requests?: { storage?: string } };
}
interface Claiming {
  spec?: Claim & { volumeClaimTemplates?: { spec: Claim }[] };
}

/** The disks of components with their size in GiB, read from the manifests. */
export const disksOf = (components: readonly Component[]): { name: string; gib: number }[] =>
  components.flatMap(({ title, workload }) =>
    (workload?.manifests({ stack: 'any', storageAccount: 'any', clientId: 'any' }) ?? [])
      .flatMap(claimsOf)
      .map((claim) => ({ name: title, gib: gibOf(claim.resources?.requests?.storage ?? '0') })),
  );

function claimsOf(object: KubernetesObject): Claim[] {
  const { spec } = object as Claiming;
  if (object.kind === 'PersistentVolumeClaim' && spec !== undefined) return [spec];
  return spec?.volumeClaimTemplates?.map((template) => template.spec) ?? [];
}

const UNITS: Record<string, number> = { Mi: 1 / 1024, Gi: 1, Ti: 1024 };

const gibOf = (quantity: string): number =>
  Number.parseFloat(quantity) * (UNITS[quantity.replace(/^[\d.]+/, '')] ?? 1 / 2 ** 30);

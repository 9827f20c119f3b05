import type { KubernetesObject } from '../manifests/object.ts';
import type { GeneratedSecret, ObjectName, Workload } from './component.ts';

/** The values of a generated secret, by key; `random` returns random letters and digits. */
export function secretValues(
  { values }: GeneratedSecret,
  random: (length: number) => string,
): Record<string, string> {
  const made: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) {
    if (typeof value === 'string') made[key] = value;
    else if ('random' in value) made[key] = random(value.random);
    else made[key] = value.template.replace(/\{([\w-]+)\}/g, (whole, other: string) => made[other] ?? whole);
  }
  return made;
}

/** The secrets and certificates of a workload, as references. */
export const secretsOf = (
  { secrets, certificates = [] }: Workload,
  { isPublic }: { isPublic: boolean },
): KubernetesObject[] =>
  [...secrets, ...certificates.filter(({ host }) => isPublic || host !== 'public')].map(
    ({ name, namespace }) => referenceTo({ apiVersion: 'v1', kind: 'Secret', name, namespace }),
  );

export const referenceTo = ({ apiVersion, kind, name, namespace }: ObjectName): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
});

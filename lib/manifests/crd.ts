import { clusterMetadata, type KubernetesApp } from './labels.ts';
import type { KubernetesObject } from './object.ts';

export interface CustomKind {
  group: string;
  kind: string;
  plural: string;
  shortNames?: string[];
  scope?: 'Namespaced' | 'Cluster';
  /** The newest first: objects are stored as that one. */
  versions: CustomVersion[];
}

export interface CustomVersion {
  name: string;
  /** OpenAPI v3 of `spec` and `status`; any fields where it is left out. */
  properties?: Record<string, object>;
}

/** A CustomResourceDefinition with a status subresource; its name is `<plural>.<group>`. */
export const customResourceDefinition = (
  app: KubernetesApp,
  { group, kind, plural, shortNames, scope = 'Namespaced', versions }: CustomKind,
): KubernetesObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: clusterMetadata(app, `${plural}.${group}`),
  spec: {
    group,
    scope,
    names: { plural, singular: kind.toLowerCase(), kind, ...(shortNames && { shortNames }) },
    versions: versions.map(({ name, properties }, index) => ({
      name,
      served: true,
      storage: index === 0,
      schema: {
        openAPIV3Schema: {
          type: 'object',
          ...(properties ? { properties } : { 'x-kubernetes-preserve-unknown-fields': true }),
        },
      },
      subresources: { status: {} },
    })),
  },
});

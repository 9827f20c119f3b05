import { resourceNames } from '../../lib/domain/names.ts';
import type { StackSpec } from '../../lib/domain/spec.ts';
import type { Component, ManifestContext, OutputContext } from '../../lib/components/component.ts';
import type { KubernetesObject } from '../../lib/manifests/object.ts';

export const CLIENT_ID = '11111111-2222-3333-4444-555555555555';

export const manifestContext = (clientId?: string): ManifestContext => ({
  stack: 'demo',
  storageAccount: 'demostabc123',
  ...(clientId !== undefined && { clientId }),
});

export const objectsOf = (component: Component, clientId?: string): KubernetesObject[] =>
  component.workload?.manifests(manifestContext(clientId)) ?? [];

export const outputContext = (sharedKeyAccess = false): OutputContext => {
  const spec: StackSpec = {
    apiVersion: 'matcha.dev/v1',
    name: 'demo',
    preset: 'llm',
    components: [],
    owner: 'tenant:user',
    location: 'uksouth',
    cluster: { nodeSize: 'Standard_D4s_v5', minNodes: 1, maxNodes: 3, onShortage: { do: 'fail' } },
    access: { kind: 'private' },
    storage: { sharedKeyAccess },
    lifetime: { protected: false },
    tags: {},
  };
  return { spec, names: resourceNames('demo', 'abc123') };
};

/** Every object anywhere inside a value that has the field. */
export function withField(value: unknown, field: string): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const here = field in value ? [value as Record<string, unknown>] : [];
  return [...here, ...Object.values(value).flatMap((inner) => withField(inner, field))];
}

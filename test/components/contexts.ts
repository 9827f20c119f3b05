import { resourceNames } from '../../lib/domain/names.ts';
import { publicHost, type PublicAccess } from '../../lib/domain/public-access.ts';
import type { StackSpec } from '../../lib/domain/spec.ts';
import type {
  Component,
  ManifestContext,
  OutputContext,
  RegistrationContext,
} from '../../lib/components/component.ts';
import type { KubernetesObject } from '../../lib/manifests/object.ts';

export const CLIENT_ID = '11111111-2222-3333-4444-555555555555';

const NAMES = resourceNames('demo', 'abc123');

export type Access = StackSpec['access']['kind'];

export const PUBLIC: PublicAccess = {
  host: publicHost(NAMES, 'uksouth'),
  allowFrom: ['203.0.113.0/24', '198.51.100.7/32'],
  ports: [443, 8443],
};

export const manifestContext = (clientId?: string, access: Access = 'private'): ManifestContext => ({
  stack: 'demo',
  storageAccount: 'demostabc123',
  ...(clientId !== undefined && { clientId }),
  ...(access === 'public' && { public: PUBLIC }),
});

export const objectsOf = (
  component: Component,
  clientId?: string,
  access: Access = 'private',
): KubernetesObject[] => component.workload?.manifests(manifestContext(clientId, access)) ?? [];

/** The context of a stack with all options of a spec. */
export const outputContext = (access: Access = 'private'): OutputContext => {
  const spec: StackSpec = {
    apiVersion: 'matcha.dev/v1',
    name: 'demo',
    preset: 'llm',
    components: [],
    owner: { id: '5f0d3c6e-0000-4000-8000-000000000ada', name: 'tenant:user', type: 'User' },
    members: [],
    location: 'uksouth',
    cluster: {
      nodeSize: 'Standard_D4s_v5',
      minNodes: 1,
      maxNodes: 3,
      gpu: { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 1, spot: false },
      onShortage: { do: 'fail' },
    },
    access: access === 'public' ? { kind: access, allowFrom: PUBLIC.allowFrom } : { kind: access },
    storage: { sharedKeyAccess: false },
    lifetime: { protected: false },
    tags: {},
  };
  return { spec, names: NAMES };
};

/** The context of registrations; pods of the stack find one tool. */
export const registrationContext = (access: Access = 'private'): RegistrationContext => ({
  ...outputContext(access),
  podEnvironment: { TOOL_URL: 'http://tool.tool.svc.cluster.local' },
});

/** All nested objects of a value that have the field. */
export function withField(value: unknown, field: string): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const here = field in value ? [value as Record<string, unknown>] : [];
  return [...here, ...Object.values(value).flatMap((inner) => withField(inner, field))];
}

import { apiVersionOf } from './kinds.ts';
import type { Kind } from './kinds.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update'];

const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.1',
  gitTreeState: 'clean',
  goVersion: 'go1.26.2',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** Subresources in the discovery documents. */
const SUBRESOURCES: Record<string, { name: string; kind: string; verbs: string[] }[]> = {
  serviceaccounts: [{ name: 'serviceaccounts/token', kind: 'TokenRequest', verbs: ['create'] }],
  services: [
    {
      name: 'services/proxy',
      kind: 'ServiceProxyOptions',
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
    },
  ],
};

const HEALTH_PATHS = ['/healthz', '/livez', '/readyz'];

/** The discovery document at `path`; text for health checks, undefined for other paths. */
export function discover(path: string, kinds: Kind[]): object | string | undefined {
  const trimmed = path.replace(/\/$/, '');
  if (HEALTH_PATHS.includes(trimmed)) return 'ok';
  if (trimmed === '/version') return VERSION;
  if (trimmed === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (trimmed === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(kinds) };
  const match = /^\/(?:api|apis)\/(?<rest>[^/]+(?:\/[^/]+)?)$/.exec(trimmed);
  const apiVersion = match?.groups?.['rest'];
  if (!apiVersion || trimmed.startsWith('/api/') !== (apiVersion === 'v1')) return undefined;
  const group = groupsOf(kinds).find(({ name }) => name === apiVersion);
  if (group) return { kind: 'APIGroup', apiVersion: 'v1', ...group };
  const served = kinds.filter((kind) => apiVersionOf(kind) === apiVersion);
  if (served.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersion,
    resources: served.flatMap(resourcesOf),
  };
}

const resourcesOf = ({ plural, kind, namespaced, shortNames, group }: Kind) => [
  { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs: VERBS, shortNames },
  ...(group === '' ? (SUBRESOURCES[plural] ?? []) : []).map((subresource) => ({
    ...subresource,
    singularName: '',
    namespaced,
  })),
];

function groupsOf(kinds: Kind[]) {
  const names = [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== '');
  return names.map((name) => {
    const versions = [
      ...new Set(kinds.filter(({ group }) => group === name).map(({ version }) => version)),
    ].map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions, preferredVersion: versions[0] };
  });
}

import { publicHost, publicUrl, type PublicAccess } from '../domain/public-access.ts';
import type { Endpoint, OutputContext, Place } from './component.ts';

/**
 * Local ports are fixed, so that the addresses in outputs and scripts stay true from one connection
 * to the next; they lie beside the tools' own ports, which may be taken on a laptop. A component that nothing else
 * refers to states its endpoint itself.
 */
export const ENDPOINTS = {
  zenml: { local: 8237, namespace: 'zenml', service: 'zenml', port: 80, public: 443 },
  mlflow: { local: 5237, namespace: 'mlflow', service: 'mlflow', port: 5000, public: 8443 },
  chroma: { local: 8238, namespace: 'chroma', service: 'chroma', port: 8000 },
} as const satisfies Record<string, Endpoint>;

/**
 * Models have a service each, none in front of them all: behind this port `/seldon/<namespace>/<deployment>/`
 * leads to the service of that model.
 */
export const MODELS = { local: 8239, namespace: 'matcha-seldon-workloads', port: 8000 } as const;

/** Where people find it: at the gateway where access is public and it is shown there, else at its local port. */
export const urlFor = (endpoint: Endpoint, { spec, names }: OutputContext): string =>
  spec.access.kind === 'public' && endpoint.public !== undefined
    ? publicUrl(publicHost(names, spec.location), endpoint.public)
    : localUrl(endpoint);

/** Where clients find it that run outside, or in the cluster. */
export const addressFor = (endpoint: Endpoint, context: OutputContext, from: Place): string =>
  from === 'cluster' ? clusterUrl(endpoint) : urlFor(endpoint, context);

/** Where browsers may come from: its pages at the local port, and at the gateway where it is shown there. */
export const originsOf = (endpoint: Endpoint, access?: PublicAccess): string[] => [
  localUrl(endpoint),
  ...(access && endpoint.public !== undefined ? [publicUrl(access.host, endpoint.public)] : []),
];

export const localUrl = ({ local }: { local: number }): string => `http://localhost:${local}`;

/** Where pods of the cluster find it. */
export const clusterUrl = ({ namespace, service, port }: Endpoint): string =>
  `http://${service}.${namespace}.svc.cluster.local${port === 80 ? '' : `:${port}`}`;

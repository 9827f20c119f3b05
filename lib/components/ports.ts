import { publicHost, publicUrl, type PublicAccess } from '../domain/public-access.ts';
import type { Endpoint, OutputContext, ClientLocation } from './component.ts';

/** Where people find it: at the gateway where access is public and it is shown there, else at its local port. */
export const urlFor = (endpoint: Endpoint, { spec, names }: OutputContext): string =>
  spec.access.kind === 'public' && endpoint.public !== undefined
    ? publicUrl(publicHost(names, spec.location), endpoint.public)
    : localUrl(endpoint);

/** Where clients find it that run outside, or in the cluster. */
export const addressFor = (endpoint: Endpoint, context: OutputContext, from: ClientLocation): string =>
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

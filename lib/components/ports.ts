import { publicHost, publicUrl, type PublicAccess } from '../domain/public-access.ts';
import type { StackSpec } from '../domain/spec.ts';
import type { Endpoint, OutputContext, ClientLocation } from './component.ts';

/**
 * The URL for users: at the gateway when access is public and the tool is published, otherwise at its local
 * port.
 */
export const urlFor = (endpoint: Endpoint, { spec, names }: OutputContext): string => {
  const port = publicPortOf(endpoint, spec);
  return port === undefined ? localUrl(endpoint) : publicUrl(publicHost(names, spec.location), port);
};

/** The port of the gateway; undefined for a tool that is reached through its local port only. */
export const publicPortOf = (endpoint: Endpoint, { access }: StackSpec): number | undefined =>
  access.kind === 'public' ? endpoint.public : undefined;

/** The URL for clients outside or in the cluster. */
export const addressFor = (endpoint: Endpoint, context: OutputContext, from: ClientLocation): string =>
  from === 'cluster' ? clusterUrl(endpoint) : urlFor(endpoint, context);

/** Allowed browser origins: the local port, and the gateway when the tool is published. */
export const originsOf = (endpoint: Endpoint, access?: PublicAccess): string[] => [
  localUrl(endpoint),
  ...(access && endpoint.public !== undefined ? [publicUrl(access.host, endpoint.public)] : []),
];

export const localUrl = ({ local }: { local: number }): string => `http://localhost:${local}`;

/** The URL for pods of the cluster. */
export const clusterUrl = ({ namespace, service, port }: Endpoint): string =>
  `http://${service}.${namespace}.svc.cluster.local${port === 80 ? '' : `:${port}`}`;

import { publicHost, publicUrl, type PublicAccess } from '../domain/public-access.ts';
import type { OutputContext, Place } from './component.ts';

/**
 * A service that people use. Local ports are fixed, so that the addresses in outputs and scripts stay true from one
 * connection to the next; they lie beside the tools' own ports, which may be taken on a laptop.
 */
export interface Endpoint {
  /** The port on the caller's machine; no other component may have the same. */
  local: number;
  namespace: string;
  service: string;
  port: number;
  /** The port of the gateway, where access is public. Only for tools that know their callers by themselves. */
  public?: number;
}

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

import type { ResourceNames } from './names.ts';

/** How a stack is reached from outside the cluster, where its access is public. */
export interface PublicAccess {
  host: string;
  /** Networks that are let in, in CIDR notation. */
  allowFrom: string[];
  /** Ports of the gateway; each leads to one tool. */
  ports: number[];
}

/** The name that Azure gives to a public address with this label, without any DNS zone (learn.microsoft.com). */
export const publicHost = ({ dnsLabel }: Pick<ResourceNames, 'dnsLabel'>, location: string): string =>
  `${dnsLabel}.${location}.cloudapp.azure.com`;

export const publicUrl = (host: string, port: number): string =>
  `https://${host}${port === 443 ? '' : `:${port}`}`;

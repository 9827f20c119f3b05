import type { ResourceNames } from './names.ts';

/** How clients outside the cluster reach a public stack. */
export interface PublicAccess {
  host: string;
  /** Allowed networks, in CIDR notation. */
  allowFrom: string[];
  /** Ports of the gateway, one for each tool. */
  ports: number[];
}

/** The DNS name that Azure gives to a public address with this label (learn.microsoft.com). */
export const publicHost = ({ dnsLabel }: Pick<ResourceNames, 'dnsLabel'>, location: string): string =>
  `${dnsLabel}.${location}.cloudapp.azure.com`;

export const publicUrl = (host: string, port: number): string =>
  `https://${host}${port === 443 ? '' : `:${port}`}`;

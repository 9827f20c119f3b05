import { isLoopback } from '../../lib/domain/loopback.ts';

/** Whether nobody on the network can read what is sent to an address: https, or this machine. */
export const isPrivateAddress = (address: string): boolean => {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
};

/**
 * Whether the host name of a URL is that of this machine. The parser of URLs has put it into lower case, an IPv4
 * address into four numbers, and an IPv6 address into brackets.
 */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);

/** A request whose path leaves the intended service. */
export class ForeignPathError extends Error {
  constructor(path: string) {
    super(`${JSON.stringify(path)} leads out of its service.`);
  }
}

/**
 * The URL of a path of a service behind the API server's proxy. Requests carry the token of the control
 * plane, so a path must not leave the service, even when parts of it are from a response of a tool. Throws a
 * ForeignPathError.
 */
export function servicePath(
  namespace: string,
  { name, port }: { name: string; port: number },
  path: string,
): string {
  const service = `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`;
  const [pathname = ''] = path.split(/[?#]/);
  // Servers decode paths at different points, so dot segments count in any encoding.
  const segments = decoded(pathname, path).split(/[/\\]/);
  const url = new URL(service + path, 'https://cluster');
  const isInside = pathname.startsWith('/') && url.pathname.startsWith(`${service}/`);
  if (!isInside || segments.includes('..') || segments.includes('.')) throw new ForeignPathError(path);
  return url.pathname + url.search;
}

function decoded(pathname: string, path: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    throw new ForeignPathError(path);
  }
}

/** A request whose path would lead out of the service that it is meant for. */
export class ForeignPathError extends Error {
  constructor(path: string) {
    super(`${JSON.stringify(path)} leads out of its service.`);
  }
}

/**
 * The address of a path of a service behind the API server's proxy. Requests carry the token of the control plane, so
 * a path must not leave the service, whatever part of it a tool answered. Throws a ForeignPathError.
 */
export function servicePath(
  namespace: string,
  { name, port }: { name: string; port: number },
  path: string,
): string {
  const service = `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`;
  const [pathname = ''] = path.split(/[?#]/);
  // Servers differ in when they decode a path, so dot segments count in any form.
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

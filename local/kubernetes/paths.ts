import type { Kind } from './kinds.ts';

/** A parsed path of the API. */
export interface ResourcePath {
  kind: Kind;
  namespace?: string;
  name?: string;
  subresource?: string;
  /** The path after `/proxy`, with a leading slash. */
  proxyPath?: string;
}

const RESOURCE_PATH = /^\/(?:api\/(?<core>v1)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))\/(?<rest>.+)$/;

/** Whether the path is below a group and version of these kinds. */
export function isServedGroup(path: string, kinds: Kind[]): boolean {
  const { core, group = '', version = core } = RESOURCE_PATH.exec(path)?.groups ?? {};
  return kinds.some((known) => known.group === group && known.version === version);
}

/** Parses `/api/v1/...` and `/apis/<group>/<version>/...`; undefined if the resource is not in `kinds`. */
export function parseResourcePath(path: string, kinds: Kind[]): ResourcePath | undefined {
  const { core, group = '', version = core, rest = '' } = RESOURCE_PATH.exec(path)?.groups ?? {};
  const encoded = rest.split('/');
  const isNamespaced = encoded[0] === 'namespaces' && encoded.length > 2 && encoded[2] !== 'status';
  const namespace = isNamespaced ? decodeURIComponent(encoded[1] ?? '') : undefined;
  const [plural, name, subresource, ...further] = isNamespaced ? encoded.slice(2) : encoded;

  const kind = kinds.find(
    (known) => known.group === group && known.version === version && known.plural === plural,
  );
  if (!kind || (namespace !== undefined && !kind.namespaced)) return undefined;
  return {
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name ? { name: decodeURIComponent(name) } : {}),
    ...(subresource ? { subresource } : {}),
    ...(subresource === 'proxy' ? { proxyPath: `/${further.join('/')}` } : {}),
  };
}

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

/** Parses `/api/v1/...` and `/apis/<group>/<version>/...`; undefined if the resource is not in `kinds`. */
export function parseResourcePath(path: string, kinds: Kind[]): ResourcePath | undefined {
  const match = /^\/(?:api\/(?<core>v1)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))\/(?<rest>.+)$/.exec(path);
  const { core, group = '', version = core, rest = '' } = match?.groups ?? {};
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

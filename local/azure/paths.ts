import type { ResourceType, Target } from './arm.ts';

const GROUP_TYPE = 'Microsoft.Resources/resourceGroups';

/** Splits a path into the scope before the last `/providers/`, the namespace, and alternating types and names. */
function split(path: string) {
  const match = /^(.*)\/providers\/([^/]+)\/(.+)$/i.exec(path);
  if (match)
    return { scope: match[1] ?? '', namespace: match[2] ?? '', segments: (match[3] ?? '').split('/') };
  const group = /^(\/subscriptions\/[^/]+)\/(resourceGroups(?:\/[^/]+)?)$/i.exec(path);
  return (
    group && {
      scope: group[1] ?? '',
      namespace: 'Microsoft.Resources',
      segments: (group[2] ?? '').split('/'),
    }
  );
}

/** The path with `resourceGroups` in Azure's capitalization. Some SDK clients send it in lower case. */
export const canonical = (path: string) => path.replace(/\/resourcegroups(?=\/|$)/i, '/resourceGroups');

/** The target of a path; undefined for an unknown resource type. */
export function parseTarget(
  method: string,
  path: string,
  typeOf: (name: string) => ResourceType | undefined,
): { target: Target; type: ResourceType } | undefined {
  const parts = split(path);
  if (!parts) return undefined;
  const { namespace } = parts;
  const segments = [...parts.segments];
  const action = method === 'POST' && segments.length % 2 === 1 ? segments.pop() : undefined;
  const type = typeOf([namespace, ...segments.filter((_, index) => index % 2 === 0)].join('/'));
  if (!type) return undefined;

  const isGroup = type.name === GROUP_TYPE;
  const scope = canonical(parts.scope);
  const typeSegments = type.name.split('/').slice(1);
  const named = segments.map((segment, index) =>
    index % 2 === 0 ? (typeSegments[index / 2] ?? segment) : segment,
  );
  const idOf = (rest: string[]) =>
    [scope, ...(isGroup ? [] : ['providers', type.name.split('/')[0]]), ...rest].join('/');

  const isCollection = segments.length % 2 === 1;
  const own = isCollection ? named.slice(0, -1) : named.slice(0, -2);
  const isChild = own.length > 0;
  const within = isChild ? idOf(own) : scope;
  const group = isGroup ? undefined : /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)/i.exec(scope)?.[1];
  const name = isCollection ? undefined : segments.at(-1);
  const id = idOf(named);
  return {
    type,
    target: {
      type: type.name,
      id,
      key: id.toLowerCase(),
      within,
      ...(name !== undefined && { name }),
      ...(isChild && { parent: within.toLowerCase() }),
      ...(group !== undefined && { group }),
      ...(action !== undefined && { action: action.toLowerCase() }),
    },
  };
}

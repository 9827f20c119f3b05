import type { Cluster } from './cluster.ts';
import { isRecord } from './objects.ts';
import type { ApiObject } from './objects.ts';
import type { ResourcePath } from './paths.ts';

const RBAC = 'rbac.authorization.k8s.io';

const VERBS: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

/** The RBAC verb of a request. */
export function verbOf(method: string, { name, subresource }: ResourcePath): string {
  if (method === 'GET' || method === 'HEAD') return name === undefined ? 'list' : 'get';
  if (method === 'DELETE')
    return name === undefined && subresource === undefined ? 'deletecollection' : 'delete';
  return VERBS[method] ?? method.toLowerCase();
}

const recordsAt = (object: ApiObject, member: string) => {
  const list = object[member];
  return Array.isArray(list) ? list.filter(isRecord) : [];
};

const has = (list: unknown, item: string) =>
  Array.isArray(list) && (list.includes(item) || list.includes('*'));

interface Account {
  namespace: string;
  name: string;
}

/** The rules of a service account, by the bindings of a namespace and of the cluster. */
function rulesOf(cluster: Cluster, account: Account, namespace: string | undefined) {
  const inNamespace = namespace === undefined ? [] : cluster.list(`rolebindings.${RBAC}`, namespace);
  const bindings = [...inNamespace, ...cluster.list(`clusterrolebindings.${RBAC}`)];
  const own = bindings.filter((binding) =>
    recordsAt(binding, 'subjects').some(
      (subject) =>
        subject['kind'] === 'ServiceAccount' &&
        subject['name'] === account.name &&
        subject['namespace'] === account.namespace,
    ),
  );
  return own.flatMap((binding) => {
    const { kind, name } = isRecord(binding['roleRef']) ? binding['roleRef'] : {};
    const role =
      kind === 'Role'
        ? cluster.get(`roles.${RBAC}`, binding.metadata.namespace, String(name))
        : cluster.get(`clusterroles.${RBAC}`, undefined, String(name));
    return role ? recordsAt(role, 'rules') : [];
  });
}

/**
 * Whether RBAC allows a request of a service account. For RBAC, `https:tool:80` in the path of a proxied Service is
 * another name than `tool`.
 */
export function isPermitted(cluster: Cluster, account: Account, method: string, path: ResourcePath): boolean {
  const { kind, namespace, name, subresource } = path;
  const resource = subresource ? `${kind.plural}/${subresource}` : kind.plural;
  return rulesOf(cluster, account, namespace).some(
    ({ apiGroups, resources, resourceNames, verbs }) =>
      has(apiGroups, kind.group) &&
      has(resources, resource) &&
      has(verbs, verbOf(method, path)) &&
      (!Array.isArray(resourceNames) || resourceNames.length === 0 || resourceNames.includes(name)),
  );
}

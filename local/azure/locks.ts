import type { Azure, ArmRequest, Reply, Resource, ResourceType, Target } from './arm.ts';
import { idNotFound, armError } from './errors.ts';
import { describe, removeTree } from './resources.ts';

const TYPE = 'Microsoft.Authorization/locks';
const LEVELS = ['CanNotDelete', 'ReadOnly'];

const scopeOf = ({ id }: Resource) => id.slice(0, id.lastIndexOf(`/providers/${TYPE}/`)).toLowerCase();

const locks = (azure: Azure): Resource[] =>
  azure.resources
    .entries()
    .map(([, resource]) => resource)
    .filter(({ type }) => type === TYPE);

const isWithin = (inner: string, outer: string) => `${inner}/`.startsWith(`${outer}/`);

function put(azure: Azure, target: Target, { body }: ArmRequest): Reply {
  const { level } = (body['properties'] ?? {}) as { level?: string };
  if (level === undefined || !LEVELS.includes(level))
    throw armError(400, 'InvalidLockLevel', `The lock level '${String(level)}' is invalid.`);
  if (/\/resourcegroups\//i.test(target.within) && !azure.resources.get(target.within.toLowerCase()))
    throw idNotFound(target.within);
  const current = azure.resources.get(target.key);
  const lock = describe(target, {}, { level });
  azure.resources.set(target.key, lock);
  return { status: current ? 200 : 201, body: lock };
}

/** Throws if a lock at the resource or above it forbids the request, or if a deletion includes a locked resource. */
export function checkLocks(azure: Azure, target: Target, { method }: ArmRequest): void {
  if (method === 'GET' || method === 'HEAD' || target.type === TYPE) return;
  const isDeletion = method === 'DELETE';
  const blocking = locks(azure).filter((lock) => {
    const scope = scopeOf(lock);
    if (isDeletion) return isWithin(target.key, scope) || isWithin(scope, target.key);
    return lock.properties['level'] === 'ReadOnly' && isWithin(target.key, scope);
  });
  if (blocking.length === 0) return;
  const scopes = blocking.map(({ id }) => id.slice(0, id.lastIndexOf(`/providers/${TYPE}/`)));
  throw armError(
    409,
    'ScopeLocked',
    `The scope '${target.id}' cannot perform ${isDeletion ? 'delete' : 'write'} operation because following scope(s) are ` +
      `locked: '${scopes.join(',')}'. Please remove the lock and try again.`,
  );
}

/** The locks at a scope and below it. */
export const managementLocks: ResourceType = {
  name: TYPE,
  apiVersions: ['2020-05-01', '2016-09-01'],
  isTracked: false,
  deleteSeconds: 0,
  put,
  list: (azure, { within }) => ({
    status: 200,
    body: { value: locks(azure).filter((lock) => isWithin(scopeOf(lock), within.toLowerCase())) },
  }),
  delete(azure, target) {
    removeTree(azure, target.key);
    return { status: 200 };
  },
};

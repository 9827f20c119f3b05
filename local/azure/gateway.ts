import type { Azure, ArmRequest, Json, Reply, ResourceType, Target } from './arm.ts';
import { notFound, ArmError, armError } from './errors.ts';
import { locationFrom } from './locations.ts';
import { checkLocks } from './locks.ts';
import { parseTarget } from './paths.ts';
import { checkPolicies } from './policies.ts';
import { groupBeingDeleted, groupAt, isDeleting } from './resource-groups.ts';
import { existing, resourcesIn } from './resources.ts';
import { routes } from './routes.ts';
import { checkSubscriptionAllows } from './subscription.ts';
import { ARM_AUDIENCES, readToken } from './tokens.ts';

function authenticate({ headers }: ArmRequest): void {
  const [, token] = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '') ?? [];
  const challenge = {
    'www-authenticate': 'Bearer authorization_uri="https://login.microsoftonline.com/common"',
  };
  if (token === undefined)
    throw armError(
      401,
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
      challenge,
    );
  const claims = readToken(token);
  if (!claims) throw armError(401, 'InvalidAuthenticationToken', 'The access token is invalid.', challenge);
  if (ARM_AUDIENCES.includes(claims.aud)) return;
  throw armError(
    401,
    'InvalidAuthenticationTokenAudience',
    `The access token has been obtained for wrong audience or resource '${claims.aud}'. It should exactly match with ` +
      `one of the allowed audiences '${ARM_AUDIENCES.join("','")}'.`,
    challenge,
  );
}

function checkVersion(apiVersion: string, supported: readonly string[]): void {
  if (supported.includes(apiVersion)) return;
  throw armError(
    400,
    'InvalidApiVersionParameter',
    `The api-version '${apiVersion}' is invalid. The supported versions are '${supported.join(',')}'.`,
  );
}

function checkTypeVersion(type: ResourceType, { apiVersion, body: { location } }: ArmRequest): void {
  if (type.name === 'Microsoft.Resources/resourceGroups') checkVersion(apiVersion, type.apiVersions);
  if (type.apiVersions.includes(apiVersion)) return;
  const [, ...names] = type.name.split('/');
  throw armError(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for location '${typeof location === 'string' ? location : ''}' and API version ` +
      `'${apiVersion}' for type '${names.join('/')}'. The supported api-versions are '${type.apiVersions.join(', ')}'.`,
  );
}

function checkSubscription(azure: Azure, path: string): void {
  const [, subscription] = /^\/subscriptions\/([^/]+)/i.exec(path) ?? [];
  if (subscription === undefined)
    throw armError(
      404,
      'MissingSubscription',
      'The request did not have a subscription or a valid tenant level resource provider.',
    );
  if (subscription.toLowerCase() !== azure.subscriptionId)
    throw armError(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`);
}

/** Throws if the group does not exist, or if a write targets a group in deletion. */
function checkGroup(azure: Azure, target: Target, method: string): void {
  if (target.group === undefined) return;
  const group = groupAt(azure, target.group);
  if (['PUT', 'PATCH'].includes(method) && isDeleting(group)) throw groupBeingDeleted(group.name);
}

function checkParent(azure: Azure, target: Target, method: string): void {
  if (target.parent === undefined || azure.resources.get(target.parent) || method === 'DELETE') return;
  if (method !== 'PUT') throw notFound(target);
  throw armError(
    404,
    'ParentResourceNotFound',
    `Failed to perform 'write' on resource(s) of type '${target.type.split('/').slice(1).join('/')}', because the ` +
      `parent resource '${target.within}' could not be found.`,
  );
}

/** The body with the normalized region. Throws if the resource exists in another region. */
function withLocation(azure: Azure, target: Target, body: Json): Json {
  const location = locationFrom(body['location'], target.type);
  const current = azure.resources.get(target.key);
  if (current?.location !== undefined && current.location !== location)
    throw armError(
      409,
      'InvalidResourceLocation',
      `The resource '${current.name}' already exists in location '${current.location}' in resource group ` +
        `'${target.group ?? ''}'. A resource with the same name cannot be created in location '${location}'. ` +
        'Please select a new resource name.',
    );
  return { ...body, location };
}

/** Replaces the top-level members of an existing resource and merges its properties. */
function patch(azure: Azure, target: Target, { body }: ArmRequest): Reply {
  const current = existing(azure, target);
  const changed = {
    ...current,
    ...body,
    properties: { ...current.properties, ...(body['properties'] as Json | undefined) },
  };
  azure.resources.set(target.key, changed);
  return { status: 200, body: changed };
}

function dispatch(azure: Azure, type: ResourceType, target: Target, request: ArmRequest): Reply | undefined {
  const { action, name } = target;
  if (action !== undefined) return type.actions?.[action]?.(azure, target, request);
  if (name === undefined) {
    if (request.method !== 'GET') return undefined;
    return (
      type.list?.(azure, target, request) ?? {
        status: 200,
        body: { value: resourcesIn(azure, target.within, target.type) },
      }
    );
  }
  switch (request.method) {
    case 'GET':
      return type.get?.(azure, target, request) ?? { status: 200, body: existing(azure, target) };
    case 'HEAD':
      return { status: azure.resources.get(target.key) ? 204 : 404 };
    case 'PUT':
      return type.put?.(
        azure,
        target,
        type.isTracked ? { ...request, body: withLocation(azure, target, request.body) } : request,
      );
    case 'PATCH':
      return patch(azure, target, request);
    case 'DELETE':
      if (azure.resources.get(target.key) || type.get) return type.delete?.(azure, target, request);
      if (target.type === 'Microsoft.Resources/resourceGroups') throw notFound(target);
      return { status: 204 };
    default:
      return undefined;
  }
}

function answer(azure: Azure, request: ArmRequest): Reply {
  authenticate(request);
  if (request.apiVersion === '')
    throw armError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  checkSubscription(azure, request.path);
  for (const { method, path, apiVersions, handle } of routes) {
    const match = method === request.method ? path.exec(request.path) : null;
    if (!match) continue;
    checkVersion(request.apiVersion, apiVersions ?? [request.apiVersion]);
    return handle(azure, request, match[1] ?? '');
  }
  const found = parseTarget(request.method, request.path, azure.typeOf);
  if (!found)
    throw armError(
      404,
      'InvalidResourceType',
      `The resource type could not be found for the path '${request.path}'.`,
    );
  const { type, target } = found;
  checkTypeVersion(type, request);
  checkSubscriptionAllows(azure, type.name, target.id, request);
  checkGroup(azure, target, request.method);
  checkParent(azure, target, request.method);
  checkLocks(azure, target, request);
  checkPolicies(azure, target, request);
  const reply = dispatch(azure, type, target, request);
  if (reply) return reply;
  throw armError(
    405,
    'MethodNotAllowed',
    `The request method '${request.method}' is not supported for '${target.type}'.`,
  );
}

/** Handles one request to Resource Manager or to a resource provider. */
export function handle(azure: Azure, request: ArmRequest): Reply {
  azure.operations.settle();
  try {
    return answer(azure, request);
  } catch (error) {
    if (error instanceof ArmError) return error.reply;
    throw error;
  }
}

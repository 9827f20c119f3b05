import type { Azure, Call, Json, Reply, ResourceType, Target } from './arm.ts';
import { notFound, Refusal, refuse } from './errors.ts';
import { locationFrom } from './locations.ts';
import { checkLocks } from './locks.ts';
import { parseTarget } from './paths.ts';
import { checkPolicies } from './policies.ts';
import { beingDeleted, groupAt, isDeleting } from './resource-groups.ts';
import { existing, resourcesIn } from './resources.ts';
import { routes } from './routes.ts';
import { checkSubscriptionAllows } from './subscription.ts';
import { ARM_AUDIENCES, readToken } from './tokens.ts';

function authenticate({ headers }: Call): void {
  const [, token] = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '') ?? [];
  const challenge = {
    'www-authenticate': 'Bearer authorization_uri="https://login.microsoftonline.com/common"',
  };
  if (token === undefined)
    throw refuse(
      401,
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
      challenge,
    );
  const claims = readToken(token);
  if (!claims) throw refuse(401, 'InvalidAuthenticationToken', 'The access token is invalid.', challenge);
  if (ARM_AUDIENCES.includes(claims.aud)) return;
  throw refuse(
    401,
    'InvalidAuthenticationTokenAudience',
    `The access token has been obtained for wrong audience or resource '${claims.aud}'. It should exactly match with ` +
      `one of the allowed audiences '${ARM_AUDIENCES.join("','")}'.`,
    challenge,
  );
}

function checkVersion(apiVersion: string, supported: readonly string[]): void {
  if (supported.includes(apiVersion)) return;
  throw refuse(
    400,
    'InvalidApiVersionParameter',
    `The api-version '${apiVersion}' is invalid. The supported versions are '${supported.join(',')}'.`,
  );
}

function checkTypeVersion(type: ResourceType, { apiVersion, body: { location } }: Call): void {
  if (type.name === 'Microsoft.Resources/resourceGroups') checkVersion(apiVersion, type.apiVersions);
  if (type.apiVersions.includes(apiVersion)) return;
  const [, ...names] = type.name.split('/');
  throw refuse(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for location '${typeof location === 'string' ? location : ''}' and API version ` +
      `'${apiVersion}' for type '${names.join('/')}'. The supported api-versions are '${type.apiVersions.join(', ')}'.`,
  );
}

function checkSubscription(azure: Azure, path: string): void {
  const [, subscription] = /^\/subscriptions\/([^/]+)/i.exec(path) ?? [];
  if (subscription === undefined)
    throw refuse(
      404,
      'MissingSubscription',
      'The request did not have a subscription or a valid tenant level resource provider.',
    );
  if (subscription.toLowerCase() !== azure.subscriptionId)
    throw refuse(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`);
}

/** A group that is not there, or going, takes nothing new. */
function checkGroup(azure: Azure, target: Target, method: string): void {
  if (target.group === undefined) return;
  const group = groupAt(azure, target.group);
  if (['PUT', 'PATCH'].includes(method) && isDeleting(group)) throw beingDeleted(group.name);
}

function checkParent(azure: Azure, target: Target, method: string): void {
  if (target.parent === undefined || azure.resources.get(target.parent) || method === 'DELETE') return;
  if (method !== 'PUT') throw notFound(target);
  throw refuse(
    404,
    'ParentResourceNotFound',
    `Failed to perform 'write' on resource(s) of type '${target.type.split('/').slice(1).join('/')}', because the ` +
      `parent resource '${target.within}' could not be found.`,
  );
}

/** The body with the region's name as Azure stores it; a resource cannot move to another region. */
function withLocation(azure: Azure, target: Target, body: Json): Json {
  const location = locationFrom(body['location'], target.type);
  const current = azure.resources.get(target.key);
  if (current?.location !== undefined && current.location !== location)
    throw refuse(
      409,
      'InvalidResourceLocation',
      `The resource '${current.name}' already exists in location '${current.location}' in resource group ` +
        `'${target.group ?? ''}'. A resource with the same name cannot be created in location '${location}'. ` +
        'Please select a new resource name.',
    );
  return { ...body, location };
}

/** Replaces the tags and merges the properties of what is there. */
function patch(azure: Azure, target: Target, { body }: Call): Reply {
  const current = existing(azure, target);
  const changed = {
    ...current,
    ...body,
    properties: { ...current.properties, ...(body['properties'] as Json | undefined) },
  };
  azure.resources.set(target.key, changed);
  return { status: 200, body: changed };
}

function dispatch(azure: Azure, type: ResourceType, target: Target, call: Call): Reply | undefined {
  const { action, name } = target;
  if (action !== undefined) return type.actions?.[action]?.(azure, target, call);
  if (name === undefined) {
    if (call.method !== 'GET') return undefined;
    return (
      type.list?.(azure, target, call) ?? {
        status: 200,
        body: { value: resourcesIn(azure, target.within, target.type) },
      }
    );
  }
  switch (call.method) {
    case 'GET':
      return type.get?.(azure, target, call) ?? { status: 200, body: existing(azure, target) };
    case 'HEAD':
      return { status: azure.resources.get(target.key) ? 204 : 404 };
    case 'PUT':
      return type.put?.(
        azure,
        target,
        type.isTracked ? { ...call, body: withLocation(azure, target, call.body) } : call,
      );
    case 'PATCH':
      return patch(azure, target, call);
    case 'DELETE':
      if (azure.resources.get(target.key) || type.get) return type.delete?.(azure, target, call);
      if (target.type === 'Microsoft.Resources/resourceGroups') throw notFound(target);
      return { status: 204 };
    default:
      return undefined;
  }
}

function answer(azure: Azure, call: Call): Reply {
  authenticate(call);
  if (call.apiVersion === '')
    throw refuse(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  checkSubscription(azure, call.path);
  for (const { method, path, apiVersions, handle } of routes) {
    const match = method === call.method ? path.exec(call.path) : null;
    if (!match) continue;
    checkVersion(call.apiVersion, apiVersions ?? [call.apiVersion]);
    return handle(azure, call, match[1] ?? '');
  }
  const found = parseTarget(call.method, call.path, azure.typeOf);
  if (!found)
    throw refuse(
      404,
      'InvalidResourceType',
      `The resource type could not be found for the path '${call.path}'.`,
    );
  const { type, target } = found;
  checkTypeVersion(type, call);
  checkSubscriptionAllows(azure, type.name, target.id, call);
  checkGroup(azure, target, call.method);
  checkParent(azure, target, call.method);
  checkLocks(azure, target, call);
  checkPolicies(azure, target, call);
  const reply = dispatch(azure, type, target, call);
  if (reply) return reply;
  throw refuse(
    405,
    'MethodNotAllowed',
    `The request method '${call.method}' is not supported for '${target.type}'.`,
  );
}

/** Answers one request as Resource Manager and the resource providers behind it would. */
export function handle(azure: Azure, call: Call): Reply {
  azure.operations.settle();
  try {
    return answer(azure, call);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

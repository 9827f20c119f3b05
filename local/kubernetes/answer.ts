import type { ApiRequest, ApiResponse } from './api.ts';
import type { Cluster } from './cluster.ts';
import { randomSuffix } from './controllers/workloads.ts';
import type { Decoding } from './decode.ts';
import { discover } from './discovery.ts';
import { apiVersionOf, resourceOf } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { recordAt } from './objects.ts';
import type { ApiObject, Pod } from './objects.ts';
import { isServedGroup, parseResourcePath } from './paths.ts';
import type { ResourcePath } from './paths.ts';
import { podLog } from './pod-log.ts';
import { proxyToService } from './proxy.ts';
import * as resources from './resources.ts';
import type { Target, WriteOptions, Written } from './resources.ts';
import { issueToken } from './service-accounts.ts';
import { fieldSelector, labelSelector } from './selectors.ts';
import { ApiError, badRequest, methodNotAllowed, unknownResource, unsupportedMediaType } from './status.ts';

const PATH_NOT_FOUND: ApiResponse = {
  status: 404,
  headers: { 'content-type': 'text/plain' },
  body: '404 page not found\n',
};

/** Handles one request to the API server of a cluster. Only a real process in place of a stand-in answers later. */
export function answer(cluster: Cluster, request: ApiRequest): ApiResponse | Promise<ApiResponse> {
  try {
    const path = parseResourcePath(request.path, cluster.kinds());
    if (path) return answerResource(cluster, path, request);
    const document = discover(request.path, cluster.kinds());
    if (document !== undefined) return { status: 200, body: document };
    return isServedGroup(request.path, cluster.kinds()) ? refused(unknownResource()) : PATH_NOT_FOUND;
  } catch (error) {
    if (error instanceof ApiError) return refused(error);
    throw error;
  }
}

const refused = ({ status }: ApiError): ApiResponse => ({ status: status.code, body: status });

function answerResource(
  cluster: Cluster,
  path: ResourcePath,
  request: ApiRequest,
): ApiResponse | Promise<ApiResponse> {
  const warnings: string[] = [];
  const response = answerPath(cluster, path, { ...request, warn: (text) => void warnings.push(text) });
  if (isDeprecated(path.kind)) warnings.push(DEPRECATED);
  if (warnings.length === 0 || response instanceof Promise) return response;
  const warning = warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(', ');
  return { ...response, headers: { ...response.headers, warning } };
}

interface WarningRequest extends ApiRequest {
  warn: WriteOptions['warn'];
}

const DEPRECATED = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';
const isDeprecated = ({ group, plural }: Kind) => group === '' && plural === 'endpoints';

function answerPath(
  cluster: Cluster,
  path: ResourcePath,
  request: WarningRequest,
): ApiResponse | Promise<ApiResponse> {
  const { kind, namespace, name, subresource } = path;
  if (name === undefined) return answerCollection(cluster, path, request);
  const target = { cluster, kind, namespace, name };
  if (subresource === 'proxy' && kind.plural === 'services')
    return proxyToService(target, path.proxyPath ?? '/', request);
  if (subresource === 'token' && kind.plural === 'serviceaccounts') {
    if (request.method !== 'POST') throw methodNotAllowed();
    const spec = recordAt(jsonOf(request), 'spec');
    return { status: 201, body: issueToken(cluster, resources.read(target), spec) };
  }
  if (subresource === 'log' && kind.plural === 'pods') {
    if (request.method !== 'GET') throw methodNotAllowed();
    return podLog(cluster, resources.read(target) as Pod, request.query);
  }
  if (subresource === 'portforward' && kind.plural === 'pods') throw badRequest('Upgrade request required');
  if (subresource !== undefined && subresource !== 'status') return PATH_NOT_FOUND;
  return subresource === 'status' ? answerStatus(target, request) : answerObject(target, request);
}

function answerObject(target: Target, request: WarningRequest): ApiResponse {
  switch (request.method) {
    case 'GET':
      return { status: 200, body: resources.read(target) };
    case 'PUT':
      return written(resources.replace(target, jsonOf(request), optionsOf(target.cluster, request)));
    case 'PATCH': {
      const contentType = request.headers['content-type']?.split(';')[0] ?? '';
      if (contentType === 'application/json-patch+json')
        throw unsupportedMediaType('application/merge-patch+json, application/apply-patch+yaml');
      return written(
        resources.patch(target, contentType, jsonOf(request), optionsOf(target.cluster, request)),
      );
    }
    case 'DELETE':
      return deleteObject(target, request);
    default:
      throw methodNotAllowed();
  }
}

function answerStatus(target: Target, request: WarningRequest): ApiResponse {
  if (request.method === 'GET') return { status: 200, body: resources.read(target) };
  if (request.method !== 'PUT' && request.method !== 'PATCH') throw methodNotAllowed();
  return written(resources.writeStatus(target, jsonOf(request), optionsOf(target.cluster, request)));
}

function answerCollection(
  cluster: Cluster,
  { kind, namespace }: ResourcePath,
  request: WarningRequest,
): ApiResponse {
  if (request.method === 'POST') {
    const body = jsonOf(request);
    const metadata = recordAt(body, 'metadata');
    const { name = '', generateName } = metadata;
    const chosen =
      !name && typeof generateName === 'string' ? `${generateName}${randomSuffix()}` : String(name);
    if (kind.namespaced && namespace === undefined) throw methodNotAllowed();
    const target = { cluster, kind, namespace, name: chosen };
    const named = { ...(body as object), metadata: { ...metadata, name: chosen } };
    return written(resources.create(target, named, optionsOf(cluster, request)));
  }
  const selected = select(cluster, kind, namespace, request.query);
  if (request.method === 'DELETE') {
    for (const { metadata } of selected) {
      deleteObject({ cluster, kind, namespace: metadata.namespace, name: metadata.name }, request);
    }
  } else if (request.method !== 'GET') throw methodNotAllowed();
  return { status: 200, body: listOf(cluster, kind, selected) };
}

function select(
  cluster: Cluster,
  kind: Kind,
  namespace: string | undefined,
  query: URLSearchParams,
): ApiObject[] {
  if (['true', '1'].includes(query.get('watch') ?? ''))
    throw badRequest('This simulated API server does not support watch. Use list.');
  const byLabel = labelSelector(query.get('labelSelector') ?? '');
  const byField = fieldSelector(query.get('fieldSelector') ?? '');
  return cluster.list(resourceOf(kind), namespace).filter((object) => byLabel(object) && byField(object));
}

const listOf = (cluster: Cluster, kind: Kind, items: ApiObject[]) => ({
  kind: `${kind.kind}List`,
  apiVersion: apiVersionOf(kind),
  metadata: { resourceVersion: cluster.revision() },
  items,
});

function deleteObject(target: Target, request: ApiRequest): ApiResponse {
  const body = request.body.length > 0 ? jsonOf(request) : {};
  const optionFrom = (name: string) => request.query.get(name) ?? recordAt({ body }, 'body')[name];
  const orphan =
    optionFrom('propagationPolicy') === 'Orphan' || String(optionFrom('orphanDependents')) === 'true';
  const { kind, name } = target;
  const object = resources.remove(target, { dryRun: isDryRun(request), orphan });
  if (object.metadata.deletionTimestamp) return { status: 200, body: object };
  const details = {
    name,
    ...(kind.group ? { group: kind.group } : {}),
    kind: kind.plural,
    uid: object.metadata.uid,
  };
  return {
    status: 200,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details },
  };
}

const written = ({ created, object }: Written): ApiResponse => ({
  status: created ? 201 : 200,
  body: object,
});

const isDryRun = ({ query }: ApiRequest): boolean => {
  const dryRun = query.get('dryRun');
  if (dryRun !== null && dryRun !== 'All')
    throw badRequest(`Invalid value: "${dryRun}": Unsupported value: supported values: "All"`);
  return dryRun === 'All';
};

const DECODINGS: readonly string[] = ['Strict', 'Warn', 'Ignore'];

function optionsOf({ clock }: Cluster, request: WarningRequest): WriteOptions {
  const { query, headers, method } = request;
  const isApply = headers['content-type']?.startsWith('application/apply-patch') ?? false;
  const manager =
    query.get('fieldManager') ?? (isApply ? '' : (headers['user-agent'] ?? 'unknown').split('/')[0]);
  if (!manager)
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  const fieldValidation = query.get('fieldValidation') ?? 'Warn';
  if (!DECODINGS.includes(fieldValidation))
    throw badRequest(
      `fieldValidation: Unsupported value: "${fieldValidation}": supported values: "Ignore", "Strict", "Warn"`,
    );
  const force = query.get('force') === 'true';
  if (force && (method !== 'PATCH' || !isApply))
    throw badRequest('force: Forbidden: may not be specified for non-apply patch');
  return {
    manager,
    warn: request.warn,
    now: clock.now(),
    dryRun: isDryRun(request),
    force,
    fieldValidation: fieldValidation as Decoding,
  };
}

/** @throws ApiError 400 if the body is not JSON. */
function jsonOf({ body }: ApiRequest): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    throw badRequest("the object provided is unrecognized: couldn't get version/kind; json parse error");
  }
}

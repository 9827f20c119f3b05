import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  RestError,
  type HttpClient,
  type HttpMethods,
  type PipelinePolicy,
} from '@azure/core-rest-pipeline';
import { refusalIn } from './refusals.ts';

const RESOURCE_MANAGER = 'https://management.azure.com';

export interface RestRequest {
  /** Starts with `/subscriptions/`. */
  path: string;
  apiVersion: string;
  method?: HttpMethods;
  query?: Record<string, string>;
  body?: unknown;
}

/** Plain requests to Resource Manager, for the few endpoints without a client. */
export interface Rest {
  /** Returns the body of the response. Throws a RestError, as the clients do. */
  send<T>(request: RestRequest): Promise<T>;
  /** Returns all items of a list, from all pages. */
  list<T>(request: RestRequest): Promise<T[]>;
}

interface RestOptions {
  retryOptions: { maxRetries: number };
  additionalPolicies: { policy: PipelinePolicy }[];
  httpClient: HttpClient;
}

/** Takes the options of the clients, so that tokens, retries and transport are the same. */
export function createRest(
  credential: TokenCredential,
  { retryOptions, additionalPolicies, httpClient }: RestOptions,
): Rest {
  const pipeline = createPipelineFromOptions({ retryOptions });
  const scopes = `${RESOURCE_MANAGER}/.default`;
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes }));
  for (const { policy } of additionalPolicies) pipeline.addPolicy(policy, { afterPhase: 'Retry' });

  const sendTo = async (url: string, method: HttpMethods, body?: unknown): Promise<unknown> => {
    const request = createPipelineRequest({
      url,
      method,
      headers: createHttpHeaders({ accept: 'application/json' }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (body !== undefined) request.headers.set('content-type', 'application/json');
    const response = await pipeline.sendRequest(httpClient, request);
    if (response.status < 300) return JSON.parse(response.bodyAsText ?? 'null') as unknown;
    const { code, message } = refusalIn(response) ?? {};
    throw new RestError(message ?? `Unexpected status code: ${response.status}`, {
      statusCode: response.status,
      ...(typeof code === 'string' && { code }),
      request,
      response,
    });
  };
  const send = async <T>({ path, apiVersion, method = 'GET', query, body }: RestRequest): Promise<T> => {
    const url = new URL(path, RESOURCE_MANAGER);
    url.search = new URLSearchParams({ ...query, 'api-version': apiVersion }).toString();
    return (await sendTo(url.href, method, body)) as T;
  };
  return {
    send,
    async list<T>(request: RestRequest) {
      let page = await send<Page<T>>(request);
      const items = [...page.value];
      while (page.nextLink) {
        page = (await sendTo(page.nextLink, 'GET')) as Page<T>;
        items.push(...page.value);
      }
      return items;
    },
  };
}

interface Page<T> {
  value: T[];
  nextLink?: string | null;
}

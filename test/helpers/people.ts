import {
  bearerTokenAuthenticationPolicy,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import { personOf, type Person } from '../../lib/domain/principal.ts';
import { createCredential } from '../../local/azure/tokens.ts';
import { AKS_AUDIENCE, issueToken } from '../../local/azure/index.ts';
import { PEOPLE } from '../../local/people.ts';
import type { TestPlane } from './embedded.ts';

/** The user of this machine, who owns what a test provisions. */
export const OWNER = personOf(PEOPLE.developer);

/** What people do with the insides of a stack from their own machines, with their own tokens. */
export function outsideOf(plane: TestPlane, stack = 'demo') {
  const idOf = (pattern: RegExp) => plane.azure.inventory().find((id) => pattern.test(id)) ?? '';
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });

  /** The status of an upload, as by `dvc push` or an artifact store. */
  const upload = async ({ id }: Pick<Person, 'id'>, container: string): Promise<number> => {
    const account =
      idOf(new RegExp(`storageaccounts/${stack}st\\w+$`, 'i'))
        .split('/')
        .at(-1) ?? '';
    const own = pipeline.clone();
    own.addPolicy(
      bearerTokenAuthenticationPolicy({
        credential: createCredential(id, plane.azure.tenantId),
        scopes: 'https://storage.azure.com/.default',
      }),
    );
    const url = `https://${account}.blob.core.windows.net/${container}/a/file`;
    const headers = createHttpHeaders({ 'x-ms-version': '2024-11-04', 'x-ms-blob-type': 'BlockBlob' });
    const request = createPipelineRequest({ url, method: 'PUT', headers, body: 'data' });
    return (await own.sendRequest(plane.azure.httpClient, request)).status;
  };

  /** The status of a request to the API server, with a token of Entra. */
  const kubernetes = async ({ id }: Pick<Person, 'id'>, method: string, path: string): Promise<number> => {
    const cluster = idOf(new RegExp(`managedclusters/${stack}-k8s$`, 'i')).toLowerCase();
    const { token } = issueToken({ oid: id, tid: plane.azure.tenantId, aud: AKS_AUDIENCE });
    const response = await fetch(plane.kubernetes.endpoint(cluster).server + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    return response.status;
  };

  return { upload, kubernetes };
}

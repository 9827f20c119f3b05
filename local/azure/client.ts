import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { createCredential } from './tokens.ts';
import { createTransport } from './transport.ts';

export const SUBSCRIPTION = '5a1ad000-0000-4000-8000-000000000001';
export const TENANT = '5a1ad000-0000-4000-8000-000000000002';
/** The principal id of the control plane. */
export const CONTROL_PLANE = '5a1ad000-0000-4000-8000-000000000003';

/** What a client needs to use the simulated Azure as the control plane. */
export interface AzureClient {
  subscriptionId: string;
  tenantId: string;
  /** The principal id of the control plane. */
  principalId: string;
  /** Issues tokens of the control plane, for any audience. */
  credential: TokenCredential;
  /** The `httpClient` option for Azure's SDK clients. It sends requests to this simulator only. */
  httpClient: HttpClient;
}

export const azureClient = (url: string): AzureClient => ({
  subscriptionId: SUBSCRIPTION,
  tenantId: TENANT,
  principalId: CONTROL_PLANE,
  credential: createCredential(CONTROL_PLANE, TENANT),
  httpClient: createTransport(url),
});

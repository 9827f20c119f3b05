import { issueToken, type SimulatedAzure } from '../../local/azure/index.ts';

/** Somebody who may do everything in the subscription, as the control plane may not. */
const ADMINISTRATOR = '5a1ad000-0000-4000-8000-0000000000ad';

/** Sends a request to the simulated Resource Manager, independently of the control plane. */
export async function arm<T>(azure: SimulatedAzure, method: string, path: string, body?: object): Promise<T> {
  const { token } = issueToken({
    oid: ADMINISTRATOR,
    tid: azure.tenantId,
    aud: 'https://management.azure.com',
  });
  const response = await fetch(`${azure.url}/subscriptions/${azure.subscriptionId}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

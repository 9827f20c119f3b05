import type { SimulatedAzure } from '../../local/azure/index.ts';

/** Sends a request to the simulated Resource Manager, independently of the control plane. */
export async function arm<T>(azure: SimulatedAzure, method: string, path: string, body?: object): Promise<T> {
  const token = await azure.credential.getToken('https://management.azure.com/.default');
  const response = await fetch(`${azure.url}/subscriptions/${azure.subscriptionId}${path}`, {
    method,
    headers: { authorization: `Bearer ${token?.token ?? ''}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

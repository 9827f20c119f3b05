import type { TokenCredential } from '@azure/core-auth';
import { TableClient } from '@azure/data-tables';

/** The timeout of a request to the tables, in milliseconds. */
const REQUEST_TIMEOUT = 5_000;

/**
 * Opens a table by the URL of its account, or by a connection string. Callers retry, so the client retries
 * only once, after a short delay.
 */
export function openTable(account: string, name: string, credential: TokenCredential): TableClient {
  const options = { retryOptions: { maxRetries: 1, retryDelayInMs: 100, maxRetryDelayInMs: 500 } };
  const client = account.startsWith('https://')
    ? new TableClient(account, name, credential, options)
    : TableClient.fromConnectionString(account, name, { ...options, allowInsecureConnection: true });
  client.pipeline.addPolicy({
    name: 'matchaTimeout',
    sendRequest: (request, next) => {
      request.timeout = REQUEST_TIMEOUT;
      return next(request);
    },
  });
  return client;
}

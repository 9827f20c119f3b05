import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { ARM } from './arm.ts';
import { BLOBS, isBlobHost } from './blobs.ts';

/** The path of Microsoft Graph in the simulator, before the path of its real URL. */
export const GRAPH = '/~graph';
export const GRAPH_HOST = 'graph.microsoft.com';

/**
 * The `httpClient` for Azure's SDK clients. It sends requests for the real Resource Manager, for blobs of Azure and for
 * Microsoft Graph to `simulator` and throws for any other host, so that a bug cannot reach a real subscription.
 */
export function createTransport(simulator: string): HttpClient {
  const inner = createDefaultHttpClient();
  const { protocol, host } = new URL(simulator);
  return {
    async sendRequest(request) {
      const original = request.url;
      const url = new URL(original);
      if (isBlobHost(url)) url.pathname = BLOBS + url.host + url.pathname;
      else if (url.host === GRAPH_HOST) url.pathname = GRAPH + url.pathname;
      else if (url.origin !== ARM)
        throw new Error(`The simulated Azure cannot send a request to ${url.host}.`);
      url.protocol = protocol;
      url.host = host;
      request.url = url.toString();
      request.allowInsecureConnection = true;
      try {
        return await inner.sendRequest(request);
      } finally {
        // Pollers store this URL, and the credential policy requires https.
        request.url = original;
        request.allowInsecureConnection = false;
      }
    },
  };
}

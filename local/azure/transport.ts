import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { ARM } from './arm.ts';

/**
 * The `httpClient` for Azure's SDK clients: sends what is meant for the real Resource Manager to `simulator`, and
 * nothing anywhere else, so that a mistake cannot reach a real subscription.
 */
export function createTransport(simulator: string): HttpClient {
  const inner = createDefaultHttpClient();
  const { protocol, host } = new URL(simulator);
  return {
    async sendRequest(request) {
      const original = request.url;
      const url = new URL(original);
      if (url.origin !== ARM) throw new Error(`refused to leave the simulated Azure for ${url.host}`);
      url.protocol = protocol;
      url.host = host;
      request.url = url.toString();
      request.allowInsecureConnection = true;
      try {
        return await inner.sendRequest(request);
      } finally {
        // The pollers remember this URL, and the credential policy checks that it is https.
        request.url = original;
        request.allowInsecureConnection = false;
      }
    },
  };
}

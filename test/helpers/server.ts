import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Starts an HTTP server. The caller closes it. */
export async function listen(listener: RequestListener): Promise<{ server: string; close: () => void }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Starts an HTTP server that is closed at the end of the test. Returns its URL. */
export async function serve(listener: RequestListener): Promise<string> {
  const { server, close } = await listen(listener);
  onTestFinished(close);
  return server;
}

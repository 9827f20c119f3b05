import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server that answers as `listener` says until it is closed. */
export async function listen(listener: RequestListener): Promise<{ server: string; close: () => void }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** The address of one that is closed when the test ends. */
export async function serve(listener: RequestListener): Promise<string> {
  const { server, close } = await listen(listener);
  onTestFinished(close);
  return server;
}

import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What happens to a request to the tables: it is answered with a status, never answered, loses its answer, or is lost
 * with its effect.
 */
export type TableFault = number | 'hang' | 'lose-answer' | 'lose-request';

export interface TableProxy {
  /** For the tables behind the proxy. */
  connectionString: string;
  /** Decides for each request; undefined lets it pass. `body` is that of the request. */
  fault: (request: {
    method: string;
    path: string;
    body: string;
  }) => TableFault | undefined | Promise<TableFault | undefined>;
  close(): Promise<void>;
}

/** Stands in front of a table service and injects faults. */
export async function startTableProxy(connectionString: string): Promise<TableProxy> {
  const target = new URL(/TableEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? '');
  const server = createServer((incoming, response) => void handle(incoming, response));
  const proxy: TableProxy = {
    connectionString: '',
    fault: () => undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = '', url: path = '', headers } = incoming;
    const fault = await proxy.fault({ method, path, body: body.toString('utf8') });
    if (fault === 'hang') return;
    if (fault === 'lose-request') {
      response.destroy();
      return;
    }
    if (typeof fault === 'number') {
      response.writeHead(fault).end();
      return;
    }
    const forwarded = request(
      { host: target.hostname, port: target.port, method, path, headers },
      (answer) => {
        if (fault === 'lose-answer') {
          answer.resume();
          response.destroy();
          return;
        }
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    forwarded.on('error', () => response.destroy());
    forwarded.end(body);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  proxy.connectionString = connectionString.replace(target.host, `127.0.0.1:${port}`);
  return proxy;
}

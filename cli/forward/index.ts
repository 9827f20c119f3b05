import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Forward } from '../../lib/api/credentials.ts';
import { manual } from '../../lib/domain/remedies.ts';
import { CliError, EXIT } from '../exit.ts';
import { ApiServerError } from './api-server.ts';
import { readyPod, type PodPort } from './pod.ts';
import type { Session } from './session.ts';
import { openTunnel } from './tunnel.ts';

/** Told which tool could not be reached, and why. */
export type OnProblem = (forward: Forward, error: unknown) => void;

/**
 * Listens on the local port of each tool, for connections of this machine only, and forwards each connection to a
 * ready pod. Throws a CliError when a port is in use. Returns a function that ends all of it.
 */
export async function startForwards(session: Session, onProblem: OnProblem): Promise<() => void> {
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const close = () => {
    for (const server of servers) server.close();
    for (const socket of sockets) socket.destroy();
  };
  try {
    for (const forward of session.credentials.forwards) {
      const reach = reacher(session, forward);
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        join(socket, reach).catch((error: unknown) => onProblem(forward, error));
      });
      servers.push(server);
      await listen(server, forward);
    }
  } catch (error) {
    close();
    throw error;
  }
  return close;
}

/** Connects a local connection to the tool until either of them ends. Rejects when the tool fails. */
async function join(socket: Socket, reach: () => Promise<Duplex>): Promise<void> {
  socket.pause();
  socket.on('error', () => socket.destroy());
  let tunnel: Duplex;
  try {
    tunnel = await reach();
  } catch (error) {
    socket.resetAndDestroy();
    throw error;
  }
  await new Promise<void>((resolve, reject) => {
    tunnel.once('error', (error) => {
      socket.resetAndDestroy();
      reject(error);
    });
    socket.once('close', () => {
      tunnel.destroy();
      resolve();
    });
    if (socket.destroyed) tunnel.destroy();
    tunnel.pipe(socket);
    socket.pipe(tunnel);
  });
}

/**
 * Opens connections to a tool. The pod is looked up once, and again when it cannot be reached: it may have been
 * replaced. The credentials are renewed when the API server refuses the token, or is not at its address anymore.
 */
function reacher(session: Session, forward: Forward): () => Promise<Duplex> {
  let known: PodPort | undefined;
  const attempt = async () => {
    const api = session.api();
    known ??= await readyPod(api, forward);
    const tunnel = await openTunnel(api, forward.namespace, known);
    tunnel.once('error', () => (known = undefined));
    return tunnel;
  };
  return async () => {
    const used = session.api();
    try {
      return await attempt();
    } catch (error) {
      known = undefined;
      const { status } = error instanceof ApiServerError ? error : { status: 0 };
      if (status === undefined || status === 401) await session.renew(used);
      return attempt();
    }
  };
}

async function listen(server: Server, { title, localPort }: Forward): Promise<void> {
  server.listen(localPort, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(EXIT.failed, {
      message: `Port ${localPort}, which ${title} needs, ${code === 'EADDRINUSE' ? 'is in use' : 'cannot be used'}.`,
      cause: code === 'EADDRINUSE' ? 'Another program of this machine listens on it.' : message,
      remedies: [
        manual('End that program. One stack at a time can be connected: the ports are always the same.'),
      ],
    });
  }
}

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Forward, Models } from '../../lib/api/credentials.ts';
import { manual } from '../../lib/domain/remedies.ts';
import { CliError, EXIT } from '../exit.ts';
import { modelServer } from './models.ts';
import { readyPod } from './pod.ts';
import { reacher } from './reach.ts';
import type { Session } from './session.ts';

/** Told which tool could not be reached, and why. */
export type OnProblem = (forward: Forward | Models, error: unknown) => void;

/**
 * Listens on the local port of each tool, for connections of this machine only, and forwards each connection to a
 * ready pod; models share a port. Throws a CliError when a port is in use. Returns a function that ends all of it.
 */
export async function startForwards(session: Session, onProblem: OnProblem): Promise<() => void> {
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const close = () => {
    for (const server of servers) server.close();
    for (const socket of sockets) socket.destroy();
  };
  try {
    const { forwards, models } = session.credentials;
    const open = async (server: Server, forward: Forward | Models) => {
      server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      });
      servers.push(server);
      await listen(server, forward);
    };
    for (const forward of forwards) {
      const reach = reacher(session, forward.namespace, (api) => readyPod(api, forward));
      const onConnection = (socket: Socket) =>
        void join(socket, reach).catch((error: unknown) => onProblem(forward, error));
      await open(createServer(onConnection), forward);
    }
    if (models)
      await open(
        modelServer(session, models, (error) => onProblem(models, error)),
        models,
      );
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

async function listen(server: Server, { title, localPort }: Forward | Models): Promise<void> {
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

import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export interface Tables {
  connectionString: string;
  close(): Promise<void>;
}

const ACCOUNT = 'local';

/**
 * Starts Azurite, Microsoft's emulator of Table Storage, in a process of its own. What it holds is kept in
 * `location`, else in memory.
 */
export async function startTables(location?: string): Promise<Tables> {
  if (location !== undefined) await waitForPreviousProcess(location);
  const port = await freePort();
  const key = randomBytes(32).toString('base64');
  const persistence = location === undefined ? ['--inMemoryPersistence'] : ['--location', location];
  const options = [
    '--silent',
    '--skipApiVersionCheck',
    '--disableTelemetry',
    '--tablePort',
    String(port),
    ...persistence,
  ];
  const child = fork(join(import.meta.dirname, 'azurite-process.ts'), options, {
    env: { ...process.env, AZURITE_ACCOUNTS: `${ACCOUNT}:${key}` },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Ctrl-C in the terminal reaches the whole group; the parent closes its child when it is ready to.
    detached: true,
  });
  if (location !== undefined) writeFileSync(pidFile(location), String(child.pid));
  await waitForPort(port, () => child.exitCode !== null);
  child.unref();
  child.channel?.unref();
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${key};TableEndpoint=http://127.0.0.1:${port}/${ACCOUNT};`,
    async close() {
      if (child.exitCode !== null) return;
      child.ref();
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

const pidFile = (location: string) => join(location, 'azurite.pid');

/** One that lost its parent a moment ago is still saving; two at one location would lose what they hold. */
async function waitForPreviousProcess(location: string): Promise<void> {
  mkdirSync(location, { recursive: true });
  if (!existsSync(pidFile(location))) return;
  const pid = Number(readFileSync(pidFile(location), 'utf8'));
  const deadline = Date.now() + 10_000; // after that the number belongs to some other process
  while (isAlive(pid) && Date.now() < deadline) await setTimeout(50);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function waitForPort(port: number, hasDied: () => boolean): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isUp) return;
    if (hasDied()) throw new Error('Azurite ended before it was up.');
    await setTimeout(50);
  }
}

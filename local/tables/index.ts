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
 * Starts Azurite, Microsoft's emulator of Table Storage, in a child process. It stores data in `location`, by default
 * in memory.
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
    // A separate process group, so that Ctrl-C does not stop Azurite before the parent closes it.
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

/** Waits until a previous process has saved its data and exited. Two processes at one location would lose data. */
async function waitForPreviousProcess(location: string): Promise<void> {
  mkdirSync(location, { recursive: true });
  if (!existsSync(pidFile(location))) return;
  const pid = Number(readFileSync(pidFile(location), 'utf8'));
  // After this time, the process id belongs to another process.
  const deadline = Date.now() + 10_000;
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

async function waitForPort(port: number, hasExited: () => boolean): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isUp) return;
    if (hasExited()) throw new Error('Azurite exited during its start.');
    await setTimeout(50);
  }
}

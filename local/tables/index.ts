import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Log } from '../host/index.ts';

export interface Tables {
  connectionString: string;
  close(): Promise<void>;
}

const ACCOUNT = 'local';

/** The delay before the first restart and the longest one, in milliseconds. Each restart doubles it. */
const FIRST_DELAY = 250;
const LONGEST_DELAY = 10_000;
/** A process that ran for this long gets the first delay again, in milliseconds. */
const STABLE = 60_000;

const CATEGORY = 'Local.Tables';

/**
 * Starts Azurite, Microsoft's emulator of Table Storage, in a child process. It stores data in `location`, by default
 * in memory. When the process ends by itself, it is started again on the same port with the data in `location`.
 */
export async function startTables(location?: string, log: Log = () => undefined): Promise<Tables> {
  if (location !== undefined) await waitForPreviousProcess(location);
  const port = await freePort();
  const key = randomBytes(32).toString('base64');
  const closing = new AbortController();
  let child = await launch(port, key, location);
  let restarting: Promise<void> = Promise.resolve();

  const watch = (startedAt: number, delay: number) =>
    child.once('exit', (code, signal) => {
      if (closing.signal.aborted) return;
      const how = `The table service (Azurite) ended with ${signal ?? `exit code ${String(code)}`}`;
      if (location === undefined)
        log(
          'error',
          CATEGORY,
          `${how}. Its data was in memory and is lost. Stop this process and start again.`,
        );
      else {
        log('error', CATEGORY, `${how}. It is started again. Until then the API answers 503.`);
        restarting = restart(Date.now() - startedAt > STABLE ? FIRST_DELAY : delay);
      }
    });

  /** Tries until it is up. */
  async function restart(delay: number): Promise<void> {
    const next = Math.min(delay * 2, LONGEST_DELAY);
    try {
      await setTimeout(delay, undefined, { signal: closing.signal });
      child = await launch(port, key, location);
    } catch {
      return closing.signal.aborted ? undefined : restart(next);
    }
    log('warning', CATEGORY, 'The table service is back. Changes of the last five seconds may be lost.');
    watch(Date.now(), next);
  }

  watch(Date.now(), FIRST_DELAY);
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${key};TableEndpoint=http://127.0.0.1:${port}/${ACCOUNT};`,
    async close() {
      closing.abort();
      await restarting;
      if (hasExited(child)) return;
      child.ref();
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

const hasExited = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

/** Starts the process and waits until it listens. */
async function launch(port: number, key: string, location: string | undefined): Promise<ChildProcess> {
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
  await waitForPort(port, () => hasExited(child));
  child.unref();
  child.channel?.unref();
  return child;
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

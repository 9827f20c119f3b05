import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CanaryCluster } from '../../lib/components/component.ts';
import { environmentOf, type Parts, type Probe } from './container.ts';
import type { Image } from './images.ts';
import { killGroupOnExit } from '../helpers/process-group.ts';
import { createSandbox } from './sandbox.ts';
import { request, type TestResponse, type TestRequest } from './request.ts';
import type { Storage } from './storage.ts';

const POD = '10.244.0.7';
/** The termination grace period of the kubelet. */
const GRACE_MS = 30_000;
/** The maximum startup time on a slow machine. It may be less than that of the startup probe. */
const START_MS = 120_000;

export type Server = Awaited<ReturnType<typeof startServer>>;

/**
 * Starts the process of a component as its manifests say, with the packages in `bin`, and waits until it is ready.
 * Where its pod has an identity, it has one for the storage.
 */
export async function startServer(bin: string, image: Image, parts: Parts, storage: Storage) {
  const sandbox = await createSandbox(image.component.name, parts);
  const log = join(sandbox.folder, 'log');
  const env = {
    ...Object.fromEntries(
      Object.entries(environmentOf(parts, image)).map(([name, value]) => [
        name,
        sandbox.localizeVariable(value),
      ]),
    ),
    ...storage.network,
    ...(parts.clientId !== undefined && storage.identity(parts.clientId)),
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    // A process cannot have its own /tmp.
    TMPDIR: join(sandbox.folder, 'tmp'),
  };
  const [program = '', ...args] = commandOf(image, parts).map(sandbox.localize);
  let child: ChildProcess | undefined;

  const signal = (name: NodeJS.Signals) => {
    if (child?.pid === undefined || hasEnded(child)) return;
    // The whole process group, because a killed server would leave its workers running.
    process.kill(-child.pid, name);
  };
  const send = (sent: TestRequest): Promise<TestResponse> => request(sandbox.port, sent);
  const containerPort = parts.container.ports[0]?.containerPort ?? 0;
  const host = `${POD}:${containerPort}`;
  const isUp = ({ httpGet }: Probe) =>
    send({ method: 'GET', path: httpGet.path, host }).then(
      ({ status }) => status >= 200 && status < 400,
      () => false,
    );

  const server = {
    parts,
    sandbox,
    bin,
    url: `http://127.0.0.1:${sandbox.port}`,
    send,
    log: () => readFileSync(log, 'utf8'),
    pid: () => child?.pid,

    /** Starts the process like the kubelet: waits for the startup probe, then for the readiness probe. */
    async start(): Promise<void> {
      const output = openSync(log, 'a');
      const started = spawn(join(bin, program), args, {
        cwd: sandbox.workingFolder,
        env: { HOME: join(sandbox.folder, 'tmp'), ...env },
        stdio: ['ignore', output, output],
        detached: true,
      });
      closeSync(output);
      child = started;
      killGroupOnExit(started);
      for (const probe of [parts.container.startupProbe, parts.container.readinessProbe]) {
        const timeout = Math.min(START_MS, probe.periodSeconds * probe.failureThreshold * 1000);
        const until = Date.now() + timeout;
        while (!(await isUp(probe))) {
          if (hasEnded(started))
            throw new Error(`The server exited during its start:\n${tail(server.log())}`);
          if (Date.now() > until)
            throw new Error(`The probe of ${probe.httpGet.path} failed:\n${tail(server.log())}`);
          await sleep(200);
        }
      }
    },

    isAlive: () => isUp(parts.container.livenessProbe),

    /** Stops the process like the kubelet. Returns whether it ended within the grace period. */
    async stop(): Promise<boolean> {
      if (child === undefined || hasEnded(child)) return true;
      const ended = once(child, 'exit');
      signal('SIGTERM');
      const isGraceful = await Promise.race([ended.then(() => true), sleep(GRACE_MS, false, { ref: false })]);
      signal('SIGKILL');
      await ended;
      return isGraceful;
    },

    /** Kills the process, as in a node failure. */
    async crash(): Promise<void> {
      if (child === undefined || hasEnded(child)) return;
      const ended = once(child, 'exit');
      signal('SIGKILL');
      await ended;
    },

    async remove(): Promise<void> {
      await server.crash();
      rmSync(sandbox.folder, { recursive: true, force: true });
    },

    /**
     * The cluster of the canary. Like the service proxy of the API server, it does not forward the Authorization header.
     * `as` is the forwarded Host header.
     */
    cluster: (as = host): CanaryCluster => ({
      call: (service, { headers, ...rest }) => {
        const target = targetOf(parts, service);
        if (target !== containerPort) throw new Error(`Service ${service.name} has no port of the server.`);
        const forwarded = Object.entries(headers ?? {}).filter(
          ([name]) => name.toLowerCase() !== 'authorization',
        );
        return send({ ...rest, host: as, headers: Object.fromEntries(forwarded) });
      },
      read: () => Promise.resolve(undefined),
      list: () => Promise.resolve([]),
      secret: (name, key) => Promise.resolve(secretOf(parts, name, key)),
    }),
  };

  try {
    await server.start();
  } catch (error) {
    await server.remove();
    throw error;
  }
  return server;
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

const tail = (log: string) => log.split('\n').slice(-25).join('\n');

const commandOf = ({ entrypoint, cmd }: Image, { container: { command, args } }: Parts): string[] => [
  ...(command ?? entrypoint),
  // In Kubernetes, a command also replaces the CMD of the image.
  ...(args ?? (command === undefined ? cmd : [])),
];

function targetOf(
  { services, container }: Parts,
  wanted: { name: string; port: number },
): number | undefined {
  const service = services.find(({ metadata }) => metadata.name === wanted.name);
  const target = service?.spec.ports.find(({ port }) => port === wanted.port)?.targetPort;
  return container.ports.find(({ name }) => name === target)?.containerPort;
}

export function secretOf({ secrets }: Parts, name: string, key: string): string {
  const value = secrets.get(name)?.[key];
  if (value === undefined) throw new Error(`There is no secret ${name}/${key}.`);
  return value;
}

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiObject } from '../../local/kubernetes/objects.ts';
import type { Incident } from './incidents.ts';

export interface PlaneOptions {
  /** The folder of its state. */
  data: string;
  /** Connection string of the table service. */
  tables: string;
  tableName: string;
  speed: number;
  /** The file that it appends its record to. */
  record: string;
  incidents: Incident[];
  /** The number of requests to Azure and Kubernetes before its start. */
  count: number;
  /** Whether it has the catalogue of the next release. */
  isNextRelease: boolean;
}

/** Every process loads the same code. */
const CODE = join(tmpdir(), 'matcha-simulation-code');

export type Question = 'time' | 'truth';

/** What exists in the simulated Azure. */
export interface Truth {
  /** Ids of all resources. */
  inventory: string[];
  /** The objects of each cluster, by its id. */
  clusters: Record<string, ApiObject[]>;
}

/** A control plane that starts again whenever an incident kills it. */
export interface Plane {
  /** The URL of the running process; waits for its start. */
  url: () => Promise<string>;
  kills: () => number;
  /** Why processes ended that no incident killed. */
  crashes: string[];
  /** Simulated milliseconds since the epoch. */
  now: () => Promise<number>;
  truth: () => Promise<Truth>;
  /** Ends every incident, also those that have not begun: kills the process and starts it without any. */
  lift: () => Promise<void>;
  stop: () => Promise<void>;
}

interface Running {
  child: ChildProcess;
  /** Undefined when the process dies first. */
  url: Promise<string | undefined>;
  exited: Promise<unknown>;
}

/** Starts a control plane. Each of its processes ends by SIGKILL; none is asked to stop. */
export function startPlane(options: PlaneOptions): Plane {
  const crashes: string[] = [];
  let { incidents, count, isNextRelease } = options;
  let isEnding = false;
  let kills = 0;
  let questions = 0;
  let current = begin();

  function begin(): Running {
    const child = fork(
      join(import.meta.dirname, 'plane-process.ts'),
      [JSON.stringify({ ...options, incidents, count, isNextRelease } satisfies PlaneOptions)],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, NODE_COMPILE_CACHE: CODE } },
    );
    const exited = once(child, 'exit').then(([code, signal]) => {
      if (isEnding) return;
      kills += 1;
      const kill = incidents.find((incident) => incident.kind === 'kill');
      if (signal !== 'SIGKILL') crashes.push(`The control plane exited with ${String(signal ?? code)}.`);
      count = kill?.at ?? count;
      isNextRelease ||= kill?.deploys ?? false;
      incidents = incidents.filter(({ at }) => at > count);
      current = begin();
    });
    const up = once(child, 'message').then(([message]) => (message as { url: string }).url);
    return { child, exited, url: Promise.race([up, exited.then(() => undefined)]) };
  }

  async function url(): Promise<string> {
    for (;;) {
      const found = await current.url;
      if (found !== undefined) return found;
    }
  }

  async function ask<T>(question: Question): Promise<T> {
    await url();
    const { child, exited } = current;
    const number = (questions += 1);
    const reply = Promise.withResolvers<T>();
    const listen = (message: { number: number; answer: T }) => {
      if (message.number === number) reply.resolve(message.answer);
    };
    child.on('message', listen);
    child.send({ number, question });
    const answer = await Promise.race([reply.promise, exited.then(() => undefined)]);
    child.off('message', listen);
    return answer ?? ask(question);
  }

  async function end(): Promise<void> {
    isEnding = true;
    current.child.kill('SIGKILL');
    await current.exited;
  }

  return {
    url,
    kills: () => kills,
    crashes,
    now: () => ask('time'),
    truth: () => ask('truth'),
    async lift() {
      await end();
      isEnding = false;
      incidents = [];
      current = begin();
      await url();
    },
    stop: end,
  };
}

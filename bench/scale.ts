// Provisions many stacks at once in a control plane of its own process. Prints the time until all are Ready, the
// latency of the API meanwhile, and the memory of the processes.
import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StackDetail } from '../lib/api/stack.ts';
import { createClient, type Client } from '../local/client.ts';
import manifest from '../package.json' with { type: 'json' };

/** What `npm start` runs. */
const [, ...START] = manifest.scripts.start.split(' ');
const COUNTS = [50, 200];
const SPEED = '30';

/** Milliseconds between two requests of the latency probe. */
const PROBE_EVERY = 50;

for (const count of COUNTS) await run(count);

async function run(count: number): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'matcha-bench-'));
  const { url, process: host } = await start(data);
  const plane = createClient(url);
  const names = Array.from({ length: count }, (_, index) => `bench${index}`);
  const begun = performance.now();
  const puts = await Promise.all(names.map((name) => timed(() => provision(plane, name))));
  const probe = startProbe(plane, names);
  const memory = startMemoryProbe(host);
  const phases = await Promise.all(names.map((name) => ended(plane, name)));
  const seconds = (performance.now() - begun) / 1000;
  const latencies = await probe.stop();
  const { own, tables } = memory.stop();
  const ready = phases.filter((phase) => phase === 'Ready').length;
  console.log(
    [
      `${count} stacks`,
      `${ready} Ready in ${seconds.toFixed(0)} s`,
      `PUT p99 ${percentile(puts, 99)} ms`,
      `GET p50 ${percentile(latencies, 50)} ms, p99 ${percentile(latencies, 99)} ms (${latencies.length})`,
      `memory ${own} MiB, tables ${tables} MiB`,
    ].join('; '),
  );
  host.kill('SIGTERM');
  await new Promise((resolve) => host.once('exit', resolve));
  rmSync(data, { recursive: true });
}

/** Starts the control plane, and resolves with its address. */
async function start(data: string): Promise<{ url: string; process: ChildProcess }> {
  const host = spawn(process.execPath, [...START, '--port', '0', '--data', data, '--speed', SPEED], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    host.once('exit', (code) => {
      reject(new Error(`The control plane ended with ${code}.`));
    });
    let text = '';
    host.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const [found] = /http:\/\/localhost:\d+/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return { url, process: host };
}

async function provision(plane: Client, name: string): Promise<void> {
  const { status, body } = await plane.api('PUT', `/stacks/${name}`, { location: 'uksouth' });
  if (status !== 202) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
}

async function ended(plane: Client, name: string): Promise<string> {
  for (;;) {
    const { body } = await plane.api('GET', `/stacks/${name}`);
    const { phase, activeOperation } = body as StackDetail;
    if (activeOperation === undefined) return phase;
    await sleep(1000 + Math.random() * 4000);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** Reads one stack after the other, and records how long each answer takes. */
function startProbe(plane: Client, names: readonly string[]) {
  const latencies: number[] = [];
  const closing = new AbortController();
  const done = (async () => {
    for (let index = 0; !closing.signal.aborted; index++) {
      const name = names[index % names.length] ?? '';
      latencies.push(await timed(() => plane.api('GET', `/stacks/${name}`)));
      await sleep(PROBE_EVERY);
    }
  })();
  return {
    async stop() {
      closing.abort();
      await done;
      return latencies;
    },
  };
}

/** The largest resident sizes of the process and of its children, in MiB. */
function startMemoryProbe({ pid }: ChildProcess) {
  let own = 0;
  let tables = 0;
  const timer = setInterval(() => {
    const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,rss='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/).map(Number));
    const mebibytes = (matching: (row: number[]) => boolean) =>
      Math.round(rows.filter(matching).reduce((sum, [, , rss = 0]) => sum + rss, 0) / 1024);
    own = Math.max(
      own,
      mebibytes(([id]) => id === pid),
    );
    tables = Math.max(
      tables,
      mebibytes(([, parent]) => parent === pid),
    );
  }, 2000);
  return {
    stop() {
      clearInterval(timer);
      return { own, tables };
    },
  };
}

function percentile(values: readonly number[], percent: number): number {
  const ascending = [...values].sort((a, b) => a - b);
  return Math.round(
    ascending[Math.min(ascending.length - 1, Math.floor((ascending.length * percent) / 100))] ?? 0,
  );
}

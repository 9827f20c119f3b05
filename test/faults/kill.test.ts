import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { createClient } from '../../local/client.ts';
import { checkResponse } from '../helpers/contract.ts';
import { openDocumentStore } from '../../local/document-store.ts';
import { tableName } from '../helpers/embedded.ts';

/** Twenty points of a provision, as numbers of requests. Each of four runs has five of them. */
const POINTS = Array.from({ length: 20 }, (_, index) => 4 + index * 11);
const RUNS = [0, 1, 2, 3].map((run) => POINTS.filter((_, index) => index % 4 === run));

const NEVER = 0;

/** Every installation loads the same code. */
const CACHE = mkdtempSync(join(tmpdir(), 'matcha-kill-cache-'));

interface Installation {
  data: string;
  tables: string;
  tableName: string;
}

const newInstallation = (): Installation => ({
  data: mkdtempSync(join(tmpdir(), 'matcha-kill-')),
  tables: inject('tables'),
  tableName: tableName(),
});

async function start(
  installation: Installation,
  killAfter: number,
): Promise<{ child: ChildProcess; url: string; exited: Promise<unknown> }> {
  const child = fork(
    join(import.meta.dirname, 'control-plane-process.ts'),
    [JSON.stringify({ ...installation, killAfter })],
    { env: { ...process.env, NODE_COMPILE_CACHE: CACHE } },
  );
  const exited = once(child, 'exit');
  const up = once(child, 'message').then(([message]) => message as { url: string });
  const first = await Promise.race([up, exited.then(() => undefined)]);
  // The process may be killed during its recovery, before it reports its URL.
  return { child, url: first?.url ?? '', exited };
}

/** The resource ids in Azure, without the random GUIDs of role assignments. */
function inventory({ data }: Installation): string[] {
  const documents = openDocumentStore(join(data, 'azure.sqlite'));
  const ids = documents
    .collection<{ id: string }>('azure.resources')
    .entries()
    .map(([, { id }]) => id);
  documents.close();
  return ids.map((id) => id.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '*')).sort();
}

/** Provisions a stack in a process that is killed after each number of requests and restarted. */
async function provisionWithKills(
  kills: number[],
): Promise<{ operation: OperationView; phase: string; resources: string[] }> {
  const installation = newInstallation();
  let process = await start(installation, kills[0] ?? NEVER);
  const started = await createClient(process.url, checkResponse).api('PUT', '/stacks/demo', {
    location: 'uksouth',
    preset: 'llm',
  });
  const { id } = started.body as OperationView;
  for (const [index, previous] of kills.entries()) {
    await process.exited;
    const next = kills[index + 1];
    process = await start(installation, next === undefined ? NEVER : next - previous);
  }
  const plane = createClient(process.url, checkResponse);
  const operation = await plane.ended(id);
  const { phase } = await plane.stack('demo');
  process.child.kill('SIGTERM');
  await process.exited;
  return { operation, phase, resources: inventory(installation) };
}

test('an operation that is killed at twenty points ends Ready with each resource once', async () => {
  const uninterrupted = await provisionWithKills([]);
  expect(uninterrupted.operation.problem).toBeUndefined();
  for (const pair of [RUNS.slice(0, 2), RUNS.slice(2)]) {
    for (const { operation, phase, resources } of await Promise.all(pair.map(provisionWithKills))) {
      expect(operation.problem).toBeUndefined();
      expect(phase).toBe('Ready');
      expect(resources).toEqual(uninterrupted.resources);
    }
  }
});

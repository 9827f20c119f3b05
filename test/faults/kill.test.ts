import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { createClient } from '../../local/client.ts';
import { openDocumentStore } from '../../local/document-store.ts';
import { tableName } from '../helpers/embedded.ts';

/** Twenty points of a provision, as numbers of requests, dealt out to four lives of five deaths each. */
const POINTS = Array.from({ length: 20 }, (_, index) => 4 + index * 11);
const LIVES = [0, 1, 2, 3].map((life) => POINTS.filter((_, index) => index % 4 === life));

const NEVER = 0;

interface Life {
  data: string;
  tables: string;
  tableName: string;
}

const newLife = (): Life => ({
  data: mkdtempSync(join(tmpdir(), 'matcha-kill-')),
  tables: inject('tables'),
  tableName: tableName(),
});

async function start(
  life: Life,
  dieAfter: number,
): Promise<{ child: ChildProcess; url: string; died: Promise<unknown> }> {
  const child = fork(join(import.meta.dirname, 'mortal.ts'), [JSON.stringify({ ...life, dieAfter })]);
  const died = once(child, 'exit');
  const up = once(child, 'message').then(([message]) => message as { url: string });
  const first = await Promise.race([up, died.then(() => undefined)]);
  // It may die while it takes up its work again, before it can say where it is.
  return { child, url: first?.url ?? '', died };
}

/** What Azure holds at the end; the names of role assignments contain ids that are new each time. */
function inventory({ data }: Life): string[] {
  const documents = openDocumentStore(join(data, 'azure.sqlite'));
  const ids = documents
    .collection<{ id: string }>('azure.resources')
    .entries()
    .map(([, { id }]) => id);
  documents.close();
  return ids.map((id) => id.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '*')).sort();
}

/** Provisions a stack in a process that dies after each number of requests and is started again. */
async function live(deaths: number[]): Promise<{ operation: OperationView; phase: string; holds: string[] }> {
  const life = newLife();
  let process = await start(life, deaths[0] ?? NEVER);
  const begun = await createClient(process.url).api('PUT', '/stacks/demo', {
    location: 'uksouth',
    preset: 'llm',
  });
  const { id } = begun.body as OperationView;
  for (const [index, deathBefore] of deaths.entries()) {
    await process.died;
    const next = deaths[index + 1];
    process = await start(life, next === undefined ? NEVER : next - deathBefore);
  }
  const plane = createClient(process.url);
  const operation = await plane.ended(id);
  const { phase } = await plane.stack('demo');
  process.child.kill('SIGTERM');
  await process.died;
  return { operation, phase, holds: inventory(life) };
}

test('killed at twenty points, the same operation ends Ready and Azure holds each resource once', async () => {
  const undisturbed = await live([]);
  expect(undisturbed.operation.problem).toBeUndefined();
  for (const pair of [LIVES.slice(0, 2), LIVES.slice(2)]) {
    for (const { operation, phase, holds } of await Promise.all(pair.map(live))) {
      expect(operation.problem).toBeUndefined();
      expect(phase).toBe('Ready');
      expect(holds).toEqual(undisturbed.holds);
    }
  }
});

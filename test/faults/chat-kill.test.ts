import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { createStore } from '../../lib/tables/index.ts';
import { openTable } from '../../lib/tables/open.ts';
import { tableName } from '../helpers/embedded.ts';
import { commandBody, signed, startSlack, TEAM, wordsOf } from '../helpers/slack.ts';

const ADA = { user: 'U0ADA', channel: 'C0ML' };
const PATIENT = { timeout: 90_000, interval: 50 };

async function start(options: object, killAfter: number): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(join(import.meta.dirname, 'control-plane-process.ts'), [
    JSON.stringify({ ...options, killAfter }),
  ]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [message] = (await once(child, 'message')) as [{ url: string }];
  return { child, url: message.url };
}

test('a message in a chat follows its operation across a kill of the control plane', async () => {
  const slack = await startSlack({ [ADA.channel]: [ADA.user] });
  onTestFinished(slack.close);
  const records = { tables: inject('tables'), tableName: tableName() };
  const options = { ...records, data: mkdtempSync(join(tmpdir(), 'matcha-chat-')), slack: slack.settings };
  const first = await start(options, 60);

  const store = createStore(
    openTable(records.tables, records.tableName, { getToken: () => Promise.resolve(null) }),
  );
  const at = new Date().toISOString();
  const person = { id: 'ada-id', name: 'ada', type: 'User' as const };
  await store.people.put({ ...person, role: 'Operator', seenAt: at });
  const link = {
    channel: 'slack' as const,
    team: TEAM,
    user: ADA.user,
    tenant: 't',
    person,
    role: 'Operator' as const,
  };
  await store.chat.putLink({ ...link, at });

  const body = commandBody('provision demo uksouth components=mlflow', ADA);
  const exited = once(first.child, 'exit');
  await fetch(`${first.url}/api/slack/commands`, { method: 'POST', headers: signed(body), body });
  expect(await exited).toEqual([null, 'SIGKILL']);
  expect(slack.messages.map((message) => wordsOf(message)).join()).not.toContain('is ready');

  await start(options, 0);
  await expect.poll(() => slack.messages.map(wordsOf).join(), PATIENT).toContain('demo is ready in');
  // A message whose response was lost in the kill is posted again; one of them is followed to the end.
  expect(slack.messages.filter((message) => wordsOf(message).includes('is ready'))).toHaveLength(1);
  expect(await store.listOperations('demo')).toHaveLength(1);
});

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createClient, type Answer } from '../../local/client.ts';
import { startEmbedded } from '../../local/embedded.ts';
import { checkResponse } from '../helpers/contract.ts';

test('Azurite is restarted with its data when it is killed, and until then the API answers 503', async () => {
  const data = mkdtempSync(join(tmpdir(), 'matcha-azurite-'));
  const logged: string[] = [];
  const plane = await startEmbedded({
    speed: 300,
    data,
    onResponse: checkResponse,
    log: (level, category, message) => {
      if (category === 'Local.Tables') logged.push(`${level} ${message}`);
    },
  });
  onTestFinished(() => plane.close());
  const { api, provision } = createClient(plane.url);
  const pid = () => Number(readFileSync(join(data, 'tables', 'azurite.pid'), 'utf8'));
  await provision('demo', { location: 'uksouth', components: ['registry'] });
  // Azurite saves changes every five seconds.
  const saved = () => readFileSync(join(data, 'tables', '__azurite_db_table__.json'), 'utf8');
  while (!saved().includes('operation.succeeded')) await setTimeout(100);

  const first = pid();
  process.kill(first, 'SIGKILL');
  const answers: Answer[] = [];
  do {
    answers.push(await api('GET', '/stacks'));
    await setTimeout(20);
  } while (pid() === first || answers.at(-1)?.status !== 200);

  const outage = answers.filter(({ status }) => status !== 200);
  expect(outage.length).toBeGreaterThan(0);
  for (const answer of outage)
    expect(answer).toMatchObject({ status: 503, body: { code: 'TABLES_UNAVAILABLE' } });
  expect(answers.at(-1)?.body).toMatchObject({ stacks: [{ name: 'demo', phase: 'Ready' }] });
  expect(logged).toEqual([
    expect.stringMatching(/^error .*SIGKILL.*again/),
    expect.stringMatching(/^warning .*is back/),
  ]);
});

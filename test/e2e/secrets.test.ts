import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MODEL_STORAGE } from '../../lib/components/seldon/model-storage.ts';
import { matcha } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { recordsOf } from '../helpers/stored.ts';

test('tables, histories, status, logs and traces contain no secrets', async () => {
  const trace = join(mkdtempSync(join(tmpdir(), 'matcha-secrets-')), 'trace.ndjson');
  const logged: string[] = [];
  const plane = await startPlane({ trace, log: (...entry) => logged.push(JSON.stringify(entry)) });
  const run = matcha(plane.url);
  plane.faults.add({ target: 'arm', method: 'PUT', path: /managedClusters\/demo-k8s$/, loseResponse: true });
  await plane.provision('demo', { location: 'uksouth', preset: 'llm', storage: { sharedKeyAccess: true } });
  const shown = JSON.parse((await run('get', '--output', 'json', '--show-sensitive')).stdout) as Record<
    string,
    Record<string, string>
  >;
  const hidden = (await run('get', '--output', 'json')).stdout;
  const status = (await run('status', 'demo', '--json')).stdout;

  const issued = (await plane.api('POST', '/stacks/demo/credentials')).body as { token: string };
  expect(issued.token.length).toBeGreaterThan(100);

  const secrets = [
    ...[...(await clusterSecrets(plane)), ...revealed(shown), issued.token],
    ...[/\.simulated\b/, /Bearer \S+/],
  ];
  expect(secrets.length).toBeGreaterThan(6);

  const events = (await run('events', 'demo', '--json')).stdout;

  const places = { hidden, status, events, logged: logged.join('\n'), trace: readFileSync(trace, 'utf8') };
  for (const [place, text] of Object.entries({ ...places, ...(await recordsOf(plane)) })) {
    expect(text.length, place).toBeGreaterThan(place === 'logged' ? -1 : 100);
    const found = secrets.filter((secret) =>
      typeof secret === 'string' ? text.includes(secret) : secret.test(text),
    );
    expect(found, place).toEqual([]);
  }
  await plane.close();
});

/** All values of Secrets in the cluster, as text and as base64, but those of the one without credentials. */
async function clusterSecrets({ kubernetes, azure }: TestPlane): Promise<string[]> {
  const id = azure.inventory().find((found) => /managedclusters\/demo-k8s$/i.test(found)) ?? '';
  const objects = kubernetes.objects(id.toLowerCase()) as unknown as {
    kind: string;
    metadata: { name: string };
    data?: Record<string, string>;
  }[];
  const values = objects
    .filter(({ kind, metadata }) => kind === 'Secret' && metadata.name !== MODEL_STORAGE)
    .flatMap(({ data = {} }) => Object.values(data));
  return Promise.resolve(
    values.flatMap((value) => {
      const text = Buffer.from(value, 'base64').toString('utf8');
      // Short constants, such as a user name, are not secret.
      return text.length >= 16 ? [value, text] : [];
    }),
  );
}

const revealed = (outputs: Record<string, Record<string, string>>): string[] =>
  Object.values(outputs)
    .flatMap((properties) => Object.entries(properties))
    .flatMap(([name, value]) => (/password|connection-string/.test(name) ? [value] : []));

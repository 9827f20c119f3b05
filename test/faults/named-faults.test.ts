import { expect, onTestFinished, test } from 'vitest';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { createClient } from '../../local/client.ts';
import { startEmbedded } from '../../local/embedded.ts';
import { createFaults } from '../../local/faults.ts';
import { parseFaults } from '../../local/named-faults.ts';
import { createRandom } from '../../local/random.ts';
import { startPlane } from '../helpers/embedded.ts';

const SIZE = 'Standard_D4s_v5';
const SMALL = { location: 'uksouth', components: ['mlflow'] };
const faultsOf = (text: string) => parseFaults(text, defaultCatalogue.components);

async function provision(faults: string, request: object = SMALL) {
  const plane = await startPlane({ faults: faultsOf(faults) });
  onTestFinished(() => plane.close());
  return plane.provision('demo', request);
}

test.each([
  [`quota=${SIZE}`, 'QUOTA_EXCEEDED'],
  [`capacity=${SIZE}`, 'CAPACITY_UNAVAILABLE'],
  ['policy=storage', 'POLICY_DENIED'],
  ['stuck=mlflow', 'IMAGE_PULL'],
])('%s ends a provision with %s', async (faults, code) => {
  expect((await provision(faults)).problem).toMatchObject({ code });
});

test('a size without capacity is replaced by the next one', async () => {
  const onShortage = { do: 'fallback', nodeSizes: ['Standard_D4as_v5'] };
  const request = { ...SMALL, cluster: { nodeSize: SIZE, onShortage } };
  expect(await provision(`capacity=${SIZE},slow=1.5`, request)).toMatchObject({ state: 'Succeeded' });
});

test('a provision survives throttling, errors and lost responses', async () => {
  const operation = await provision('throttle=0.1,unavailable=0.05,lost=0.05,seed=7');
  expect(operation.problem).toBeUndefined();
});

test('slow makes the operations of Azure longer', async () => {
  const { steps } = await provision('slow=2', { location: 'uksouth', components: ['registry'] });
  const { startedAt = '', finishedAt = '' } = steps.find(({ id }) => id === 'registry') ?? {};
  expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBeGreaterThanOrEqual(36_000);
});

test('tables that answer 503 are a problem of their own', async () => {
  const plane = await startEmbedded({ faults: faultsOf('tables=1') });
  onTestFinished(() => plane.close());
  const answer = await createClient(plane.url).api('GET', '/stacks');
  expect(answer).toMatchObject({ status: 503, body: { code: 'TABLES_UNAVAILABLE' } });
});

test('the same seed gives the same faults, and about the given share of them', () => {
  const hits = (seed: number) => {
    const faults = createFaults(createRandom(seed));
    faults.add({ target: 'arm', path: /./, times: Infinity, probability: 0.2, loseResponse: true });
    return Array.from({ length: 1000 }, () => faults.take('arm', 'GET', '/x') !== undefined);
  };
  expect(hits(7)).toEqual(hits(7));
  expect(hits(7)).not.toEqual(hits(8));
  expect(hits(7).filter(Boolean).length).toBeGreaterThan(150);
  expect(hits(7).filter(Boolean).length).toBeLessThan(250);
});

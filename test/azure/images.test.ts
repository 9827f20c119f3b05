import { expect, test } from 'vitest';
import { createAzure } from '../../lib/azure/index.ts';
import { imageWith, PIPELINE_IMAGE, pipelineImage } from '../../lib/components/pipeline-image.ts';
import { imageName, type ImageBuild } from '../../lib/domain/image.ts';
import type { Outcome } from '../../lib/domain/outcome.ts';
import { createFaults } from '../../local/faults.ts';
import { sleep } from '../../local/clock.ts';
import { LOCATION, startWithGroup } from '../local/azure/harness.ts';

const AT = { resourceGroup: 'demo-resources', registry: 'demoacr' };
const SERVER = 'demoacr.azurecr.io';
const BASE = pipelineImage(SERVER);

async function startWithRegistry(options: Parameters<typeof startWithGroup>[0] = {}) {
  const simulation = await startWithGroup(options);
  const { azure, clock } = simulation;
  const client = createAzure({ ...azure, time: { now: () => clock.now(), sleep: (ms) => sleep(clock, ms) } });
  const registry = { ...AT, location: LOCATION, tags: {} };
  await untilDone((resume) => client.ensureRegistry(registry, resume));
  const ensure = (image: ImageBuild = PIPELINE_IMAGE) =>
    untilDone((resume) => client.ensureImage({ ...AT, image }, resume));

  /** Calls a step as the orchestrator does. */
  async function untilDone(
    step: (resume?: string) => Promise<Outcome>,
  ): Promise<{ outcome: Outcome; seen: Outcome[] }> {
    const seen: Outcome[] = [];
    let resume: string | undefined;
    for (;;) {
      const outcome = await step(resume);
      seen.push(outcome);
      if (outcome.state !== 'pending') return { outcome, seen };
      resume = outcome.resume;
      await sleep(clock, outcome.retryAfter * 1000);
    }
  }

  const runs = async () => {
    const listed = await client.images.list(AT);
    if (listed.state !== 'ready') throw new Error('The runs cannot be listed.');
    return listed.value;
  };
  return { ...simulation, client, ensure, runs };
}

test('an image is built once: a later step finds it', async () => {
  const { ensure, runs } = await startWithRegistry();
  const { outcome, seen } = await ensure();
  expect(outcome).toMatchObject({ state: 'ready', detail: imageName(PIPELINE_IMAGE) });
  expect(seen.map((one) => 'detail' in one && one.detail)).toContain('Azure says: Running');
  expect((await ensure()).seen).toHaveLength(1);
  expect(await runs()).toMatchObject([{ state: 'Succeeded', images: [imageName(PIPELINE_IMAGE)] }]);
});

test('a lost answer to the start of a build does not start another one', async () => {
  const faults = createFaults();
  const { ensure, runs } = await startWithRegistry({ faults });
  faults.add({ target: 'arm', method: 'POST', path: /scheduleRun$/, loseResponse: true });
  expect((await ensure()).outcome.state).toBe('ready');
  expect(await runs()).toHaveLength(1);
});

test('a failed build says why, with the last lines of its log and no signed URL', async () => {
  const { ensure } = await startWithRegistry();
  const { outcome, seen } = await ensure(imageWith(BASE, 'no-such-package==1\n'));
  expect(outcome).toMatchObject({
    state: 'failed',
    problem: { code: 'IMAGE_BUILD_FAILED', cause: expect.stringMatching(/manifest unknown/) as string },
  });
  expect(JSON.stringify(seen)).not.toContain('sig=');

  expect((await ensure()).outcome.state).toBe('ready');
  expect((await ensure(imageWith(BASE, 'no-such-package==1\n'))).outcome).toMatchObject({
    state: 'failed',
    problem: { cause: expect.stringMatching(/No matching distribution found for no-such-package/) as string },
  });
});

test('a subscription that may not build images fails the step at once', async () => {
  const { azure, ensure } = await startWithRegistry();
  azure.changeSubscription({ imageBuilds: 'refused' });
  const { outcome, seen } = await ensure();
  expect(seen).toHaveLength(1);
  expect(outcome).toMatchObject({
    state: 'failed',
    problem: {
      code: 'IMAGE_BUILDS_NOT_ALLOWED',
      cause: expect.stringMatching(/^TasksOperationsNotAllowed: ACR Tasks requests/) as string,
    },
  });
});

test('the registry gets the Dockerfile and the requirements, and the log grows by whole lines', async () => {
  const { client, clock } = await startWithRegistry({ speed: 200 });
  const started = await client.images.start(AT, PIPELINE_IMAGE);
  if (started.state !== 'ready') throw new Error('The build did not start.');
  let log = '';
  for (let state = started.value.state; ;) {
    const read = await client.images.log(AT, { ...started.value, state }, Buffer.byteLength(log));
    if (read.state !== 'ready') throw new Error('The log cannot be read.');
    expect(read.value.text).toMatch(/^$|\n$/);
    log += read.value.text.replaceAll('\n', '\r\n');
    if (state === 'Succeeded' && read.value.text === '') break;
    const found = await client.images.get(AT, started.value.id);
    if (found.state === 'ready') state = found.value.state;
    await sleep(clock, 5000);
  }
  expect(log).toContain('Collecting zenml==');
  expect(log).toContain(`Successfully pushed image: ${BASE}`);
  expect(log).toMatch(/Run ID: ca1 was successful after \d+s\r\n$/);
});

test('a token is not sent to a blob, and a blob URL serves only what it was signed for', async () => {
  const { azure } = await startWithRegistry();
  const path = `/subscriptions/${azure.subscriptionId}/resourceGroups/demo-resources/providers/Microsoft.ContainerRegistry/registries/demoacr/listBuildSourceUploadUrl?api-version=2025-03-01-preview`;
  const token = await azure.credential.getToken('https://management.azure.com/.default');
  const authorization = `Bearer ${token?.token ?? ''}`;
  const answer = await fetch(azure.url + path, { method: 'POST', headers: { authorization } });
  const { uploadUrl } = (await answer.json()) as { uploadUrl: string };
  const local = uploadUrl.replace('https://', `${azure.url}/~blob/`);
  const put = (url: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'PUT', body: 'x', headers: { 'x-ms-blob-type': 'BlockBlob', ...headers } });
  expect((await put(local)).status).toBe(201);
  expect((await put(local, { authorization })).status).toBe(403);
  expect((await put(local.replace(/[^/]+\.tar\.gz/, 'other.tar.gz'))).status).toBe(403);
  expect((await put(local, { 'x-ms-blob-type': '' })).status).toBe(400);
});

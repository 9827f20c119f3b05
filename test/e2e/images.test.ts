import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImageView } from '../../lib/api/image.ts';
import type { PlanView } from '../../lib/api/plan.ts';
import type { EventList, StackDetail } from '../../lib/api/stack.ts';
import { PIPELINE_IMAGE } from '../../lib/components/pipeline-image.ts';
import { IMAGE_BUILT } from '../../lib/domain/status.ts';
import { matcha, type Run } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

const REQUEST = { location: 'uksouth', components: ['registry', 'zenml'] };

let plane: TestPlane;
let run: (...words: string[]) => Promise<Run>;
const folder = mkdtempSync(join(tmpdir(), 'matcha-context-'));

beforeAll(async () => {
  plane = await startPlane();
  run = matcha(plane.url);
  await plane.provision('demo', REQUEST);
});
afterAll(() => plane.close());

const file = (name: string, content: string): string => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const conditionOf = ({ conditions }: StackDetail) => conditions.find(({ type }) => type === IMAGE_BUILT);

const images = async () =>
  (JSON.parse((await run('image', 'list', 'demo', '--json')).stdout) as { images: ImageView[] }).images;

test('a provision builds the pipeline image beside the cluster', async () => {
  const stack = await plane.stack('demo');
  expect(stack.phase).toBe('Ready');
  expect(conditionOf(stack)).toMatchObject({ status: 'True', message: `pipelines:${PIPELINE_IMAGE.tag}` });
  // The operation of the stack may be its verification by now.
  const { steps } = await plane.ended(stack.lastOperation ?? '');
  const step = steps.find(({ id }) => id === 'zenml-image');
  const canary = steps.find(({ id }) => id === 'zenml-canary');
  expect(step?.state).toBe('done');
  expect(Date.parse(step?.finishedAt ?? '')).toBeLessThan(Date.parse(canary?.finishedAt ?? ''));
  const { stdout } = await run('get', 'pipeline', 'image', '--json', '--stack', 'demo');
  expect(stdout).toMatch(/"demo\w+\.azurecr\.io\/pipelines:0\.96\.4-[0-9a-f]{12}"/);
  expect(await images()).toMatchObject([{ state: 'Succeeded', requestedBy: 'matcha' }]);
});

test('an unchanged stack builds nothing again', async () => {
  const { body } = await plane.api('POST', '/stacks/demo/plan', {});
  expect((body as PlanView).changes).toMatchObject({ components: [], resources: [] });
  const built = await run('image', 'build', 'demo');
  expect(built.code).toBe(0);
  expect(await images()).toHaveLength(1);
});

test('`image build -r` shows the log and how to use the image, and builds the same content once', async () => {
  const requirements = file('requirements.txt', 'xgboost==3.1.2\n');
  const built = await run('image', 'build', 'demo', '-r', requirements);
  expect(built).toMatchObject({ code: 0 });
  expect(built.stderr).toContain('Collecting xgboost==3.1.2');
  expect(built.stdout).toMatch(/^✔ demo\w+\.azurecr\.io\/pipelines:[0-9a-f]{12} built in \d:\d\d/);
  expect(built.stdout).toMatch(
    /DockerSettings\(skip_build=True, parent_image="demo\w+\.azurecr\.io\/pipelines:/,
  );

  const again = await run('image', 'build', 'demo', '-r', requirements);
  expect(again.stdout).toBe(built.stdout);
  const { body } = await plane.api('GET', '/stacks/demo/events');
  expect((body as EventList).events.filter(({ kind }) => kind === 'image.requested')).toHaveLength(1);
});

test('`image build --dockerfile` sends the folder of the file without what .dockerignore excludes', async () => {
  const dockerfile = file('app/Dockerfile', 'FROM python:3.12-slim\nCOPY src /app\nCOPY data /data\n');
  file('app/src/main.py', 'print(1)\n');
  file('app/data/big.csv', '1,2\n');
  expect((await run('image', 'build', 'demo', '--dockerfile', dockerfile, '--tag', 'v1')).stdout).toContain(
    'pipelines:v1',
  );
  file('app/.dockerignore', 'data\n');
  const failed = await run('image', 'build', 'demo', '--dockerfile', dockerfile, '--tag', 'v2');
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('IMAGE_BUILD_FAILED');
  expect(failed.stderr).toMatch(/COPY failed: file not found in build context or excluded by .dockerignore/);
  expect((await images())[0]).toMatchObject({
    state: 'Failed',
    image: expect.stringMatching(/:v2$/) as string,
  });
});

test('a package that does not exist fails the build, and its log can be read again', async () => {
  const failed = await run('image', 'build', 'demo', '-r', file('bad.txt', 'no-such-package\n'));
  expect(failed).toMatchObject({ code: 1, stdout: '' });
  expect(failed.stderr).toMatch(/✖ The build \w+ ended as Failed/);
  const [{ id } = { id: '' }] = await images();
  const log = await run('image', 'log', id, '--stack', 'demo');
  expect(log.code).toBe(1);
  expect(log.stderr).toContain('No matching distribution found for no-such-package');
});

test('secrets in requirements are in no log, event or record', async () => {
  const secret = 'pypi-AgEIcHlwaS5vcmc';
  const url = `--extra-index-url https://ada:${secret}@pypi.example.com/simple\nno-such-package @ https://ada:${secret}@example.com/x.whl\n`;
  const failed = await run('image', 'build', 'demo', '-r', file('secret.txt', url));
  expect(failed.stderr).toContain('no-such-package');
  const { body } = await plane.api('GET', '/stacks/demo/events');
  const [{ id } = { id: '' }] = await images();
  const log = await plane.api('GET', `/stacks/demo/images/${id}/log`);
  expect(JSON.stringify([failed, body, log.body])).not.toContain(secret);
});

test('a stack stays Ready when the subscription may not build images; the next provision tries again', async () => {
  const undo = plane.azure.changeSubscription({ imageBuilds: 'refused' });
  const refused = await run(
    'provision',
    'trial',
    '--location',
    'uksouth',
    '--components',
    'registry,zenml',
    '--yes',
  );
  expect(refused.code).toBe(0);
  expect(refused.stdout).toContain('trial is ready');
  expect(refused.stderr).toContain('IMAGE_BUILDS_NOT_ALLOWED');
  const stack = await plane.stack('trial');
  expect(stack).toMatchObject({ phase: 'Ready', operation: { state: 'Succeeded' } });
  expect(conditionOf(stack)).toMatchObject({
    status: 'False',
    reason: 'IMAGE_BUILDS_NOT_ALLOWED',
    message: expect.stringContaining('TasksOperationsNotAllowed') as string,
  });
  const build = await run('image', 'build', 'trial');
  expect(build).toMatchObject({ code: 5, stdout: '' });
  expect(build.stderr).toContain('TasksOperationsNotAllowed');

  undo();
  const again = await run('provision', 'trial', '--yes');
  expect(again.stderr).toContain('pipelines:');
  expect(conditionOf(await plane.stack('trial'))).toMatchObject({ status: 'True' });
});

test.each([
  ['a path outside the context', { files: [{ path: '../x', content: '' }] }, 400],
  ['a Dockerfile that is not in the context', { files: [{ path: 'a', content: '' }], dockerfile: 'b' }, 400],
  ['both kinds of content', { requirements: 'a', files: [{ path: 'Dockerfile', content: '' }] }, 400],
  ['a tag that no registry accepts', { tag: 'a b' }, 400],
  ['an unknown field', { push: false }, 400],
])('%s is refused', async (_, body, status) => {
  expect((await plane.api('POST', '/stacks/demo/images', body)).status).toBe(status);
});

test('a build that does not exist is a 404, and an id cannot leave the path of the runs', async () => {
  expect(await plane.api('GET', '/stacks/demo/images/nope')).toMatchObject({
    status: 404,
    body: { code: 'IMAGE_NOT_FOUND' },
  });
  expect((await plane.api('GET', '/stacks/demo/images/%2e%2e%2fx')).status).toBe(400);
});

test('a stack without a registry builds no images', async () => {
  await plane.provision('small', { location: 'uksouth', components: ['mlflow'] });
  expect(await plane.api('POST', '/stacks/small/images', {})).toMatchObject({
    status: 409,
    body: { code: 'NO_REGISTRY' },
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chroma } from '../../lib/components/chroma/index.ts';
import { CanaryError, type CanaryCluster } from '../../lib/components/component.ts';
import { evidently } from '../../lib/components/evidently/index.ts';
import { mlflow } from '../../lib/components/mlflow/index.ts';
import { register } from '../../lib/components/zenml/register.ts';
import { servicePath } from '../../lib/kubernetes/service-path.ts';

const ELSEWHERE = '../../../../../../api/v1/namespaces/kube-system/secrets/x';

/** What a tool that somebody took over may answer in place of an id. */
const hostileId = fc.oneof(
  fc.constantFrom(
    ELSEWHERE,
    `${ELSEWHERE}?`,
    `${ELSEWHERE}#`,
    '..',
    '.',
    '%2e%2e',
    '..\\..',
    '/',
    '?x=',
    '#',
  ),
  fc
    .array(
      fc.constantFrom('..', '.', '/', '\\', '%2e', '%2f', '%5c', '?', '#', 'x', '\n', '\u0000', ':', '@'),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    .map((parts) => parts.join('')),
  fc.string({ minLength: 1, unit: 'binary' }),
);

/** An answer to each request of a tool, with the id wherever the tool has one. */
const answerOf = (id: string) => ({
  id,
  items: [
    {
      id,
      name: 'matcha-demo-old',
      body: { type: 'artifact_store' },
      metadata: { configuration: {}, components: {} },
    },
  ],
  body: { type: 'artifact_store' },
  metadata: { configuration: {}, components: {} },
  access_token: 'token',
  experiment: { experiment_id: id },
  experiment_id: id,
  run: { info: { run_id: id }, data: { metrics: [{ value: 1 }] } },
  ids: [['east']],
  name: 'matcha-canary',
});

const PARTS = [{ type: 'orchestrator', flavor: 'kubernetes', configuration: { a: 1 } }];

const USES: Record<string, (cluster: CanaryCluster) => Promise<void>> = {
  chroma: (cluster) => chroma.workload!.canary(cluster),
  evidently: (cluster) => evidently.workload!.canary(cluster),
  mlflow: (cluster) => mlflow.workload!.canary(cluster),
  registration: (cluster) => register(cluster, 'demo', PARTS),
};

test.each(Object.keys(USES))(
  'no id that a tool answers leads a request of %s out of its service',
  async (name) => {
    let requests = 0;
    const attack = fc.asyncProperty(hostileId, async (id) => {
      const cluster: CanaryCluster = {
        call: (service, { path }) => {
          requests += 1;
          const address = servicePath('tools', service, path);
          expect(new URL(address, 'https://cluster').pathname).toMatch(
            new RegExp(`^/api/v1/namespaces/tools/services/${service.name}:${service.port}/proxy/`),
          );
          const body = name === 'evidently' && path === '/api/projects' ? id : answerOf(id);
          return Promise.resolve({ status: 200, body });
        },
        read: () => Promise.resolve(undefined),
        list: () => Promise.resolve([]),
        secret: () => Promise.resolve('secret'),
      };
      await USES[name]!(cluster).catch((error: unknown) => {
        if (!(error instanceof CanaryError)) throw error;
      });
    });
    await fc.assert(attack, { numRuns: 200, seed: 1 });
    expect(requests).toBeGreaterThan(200);
  },
);

test('a path that leaves its service is refused, also in an encoded form', () => {
  const service = { name: 'zenml', port: 80 };
  for (const path of [
    `/${ELSEWHERE}`,
    '/..',
    '/a/%2e%2e/b',
    '/a/..%2f..%2fb',
    '/a\\..\\b',
    'a',
    '//evil/../..',
    '/%',
  ])
    expect(() => servicePath('tools', service, path), path).toThrow(/leads out of its service/);
  expect(servicePath('tools', service, '/api/v1/stacks?name=a..b/../c')).toBe(
    '/api/v1/namespaces/tools/services/zenml:80/proxy/api/v1/stacks?name=a..b/../c',
  );
});

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ProblemDetails } from '../../lib/api/problem.ts';
import type { StackEvent } from '../../lib/domain/status.ts';
import type { Fault } from '../../local/faults.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

const STACK = { location: 'uksouth', preset: 'llm', storage: { sharedKeyAccess: true } };
const GPU = { nodeSize: 'Standard_NC4as_T4_v3', maxNodes: 1 };

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane();
  await plane.provision('demo', STACK);
});
afterEach(() => plane.faults.clear());
afterAll(() => plane.close());

type Answer = Pick<Fault, 'respond' | 'loseResponse'>;

const answer = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  respond: { status, body, headers: { 'content-type': 'application/json', ...headers } },
});
const throttled = JSON.stringify({ error: { code: 'TooManyRequests', message: 'Slow down.' } });

/** Answers of a service that is busy or down, and of a gateway in front of it. */
const BUSY: Record<string, Answer> = {
  'is throttled': answer(429, throttled),
  'asks to wait for a minute': answer(429, throttled, { 'retry-after': '60' }),
  'is down': answer(503, '<html>Down</html>', { 'content-type': 'text/html' }),
};
const SILENT: Record<string, Answer> = {
  'does not answer': { loseResponse: true },
  'answers a page': answer(200, '<html>Welcome</html>', { 'content-type': 'text/html' }),
  'answers a half document': answer(200, '{"kind":"List","value":[{"id":"x'),
  'answers a list': answer(200, '[]'),
};
const FOREIGN: Record<string, Answer> = {
  'answers nothing': answer(200, 'null'),
  'answers another document': answer(200, '{"surprise":true}'),
};

const REVEAL = '/stacks/demo/outputs?reveal=true';

/** Requests that read from Azure or the cluster, and others that must not depend on them. */
const READS: [method: string, path: string, body?: object][] = [
  ['GET', '/stacks'],
  ['GET', '/stacks/demo'],
  ['GET', '/stacks/demo/environment'],
  ['GET', '/stacks/demo/outputs'],
  ['GET', '/stacks/demo/inventory'],
  ['POST', '/stacks/demo/plan', STACK],
  ['POST', '/stacks/demo/plan', { ...STACK, cluster: { kubernetesVersion: '1.36', gpu: GPU } }],
  ['POST', '/stacks/other/plan', STACK],
];

async function ask(method: string, path: string, body?: object) {
  const { status, body: answered } = await plane.api(method, path, body);
  const { code, remedies } = answered as Partial<ProblemDetails>;
  return { request: `${method} ${path}`, status, code, remedies };
}

const revealed = async (): Promise<number> => {
  const { events } = (await plane.api('GET', '/stacks/demo/events')).body as { events: StackEvent[] };
  return events.filter(({ kind }) => kind === 'secrets.revealed').length;
};

const failing = (target: Fault['target'], answer: Answer) =>
  plane.faults.add({ target, path: /./, times: Number.POSITIVE_INFINITY, ...answer });

const cases = (answers: Record<string, Answer>, status: number, code: string) =>
  Object.entries(answers).map(([name, answer]) => [name, answer, status, code] as const);

test.each(cases({ ...BUSY, ...SILENT }, 503, 'AZURE_UNAVAILABLE'))(
  'while Azure %s, requests tell so or do without it',
  async (_, answer, status, code) => {
    failing('arm', answer);
    expect(await ask('GET', REVEAL)).toMatchObject({ status, code });
    for (const read of READS) {
      const { request, ...found } = await ask(...read);
      const expected = request.endsWith('/inventory') ? { status, code } : { status: 200 };
      expect({ request, ...found }).toMatchObject({ request, ...expected });
    }
  },
);

test('when Azure has no keys and no kubeconfig, the outputs tell so', async () => {
  failing('arm', answer(200, '{"surprise":true}'));
  expect(await ask('GET', REVEAL)).toMatchObject({ status: 503, code: 'AZURE_UNAVAILABLE' });
});

test.each([
  ...cases(BUSY, 503, 'CLUSTER_BUSY'),
  ...cases({ ...SILENT, ...FOREIGN }, 502, 'CLUSTER_UNREACHABLE'),
])('while the cluster %s, requests tell so or do without it', async (_, answer, status, code) => {
  failing('kubernetes', answer);
  expect(await ask('GET', REVEAL)).toMatchObject({ status, code });
  for (const read of READS) expect(await ask(...read)).toMatchObject({ status: 200 });
});

test('a busy cluster is a reason to try again, and nothing counts as shown', async () => {
  const before = await revealed();
  failing('kubernetes', answer(429, throttled));
  expect(await ask('GET', REVEAL)).toMatchObject({
    remedies: [{ action: 'repeatOperation', text: expect.stringContaining('in a moment') as unknown }],
  });
  expect(await revealed()).toBe(before);
  plane.faults.clear();
  expect(await ask('GET', REVEAL)).toMatchObject({ status: 200 });
  expect(await revealed()).toBe(before + 1);
});

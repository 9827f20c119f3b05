import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { startTableProxy, type TableFault, type TableProxy } from '../../local/tables/proxy.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

const REQUEST = { location: 'uksouth', components: ['mlflow'] };

interface Request {
  path: string;
  body: string;
}

/** The requests to the tables in the life of an operation. */
const MOMENTS: Record<string, (request: Request) => boolean> = {
  begin: ({ body }) => body.includes('provision.requested'),
  step: ({ path }) => decodeURIComponent(path).includes("RowKey='step|"),
  end: ({ body }) => body.includes('operation.succeeded'),
};

/** Until when each fault lasts. An answer is lost, and a request hangs, once. */
const FAULTS: Record<string, { fault: TableFault; seconds?: number; times?: number }> = {
  'is refused for 30 s': { fault: 503, seconds: 30 },
  'loses its answer': { fault: 'lose-answer', times: 1 },
  hangs: { fault: 'hang', times: 1 },
  'meets a conflict': { fault: 409, times: 3 },
};

const CASES = Object.keys(MOMENTS).flatMap((moment) => Object.keys(FAULTS).map((how) => ({ moment, how })));

let proxy: TableProxy;
let plane: TestPlane;

beforeAll(async () => {
  proxy = await startTableProxy(inject('tables'));
  // A request that hangs takes five real seconds, which must be less than the limit of a step.
  plane = await startPlane({ speed: 40, tables: proxy.connectionString });
});
afterAll(async () => {
  await plane.close();
  await proxy.close();
});

const nameOf = (index: number): string => `case${String.fromCharCode(97 + index)}`;

/** Each case is a stack of its own, so that all run at once. */
function injectFaults(): { hits: Map<string, number> } {
  const hits = new Map<string, number>();
  const since = new Map<string, number>();
  proxy.fault = (request) => {
    for (const [index, { moment, how }] of CASES.entries()) {
      const stack = nameOf(index);
      const text = decodeURIComponent(request.path) + request.body;
      if (!text.includes(`PartitionKey='${stack}'`) && !text.includes(`"PartitionKey":"${stack}"`)) continue;
      if (MOMENTS[moment]?.(request) !== true) continue;
      const { fault, seconds, times } = FAULTS[how] ?? { fault: 503 };
      const count = hits.get(stack) ?? 0;
      if (!since.has(stack)) since.set(stack, plane.clock.now());
      const isOver =
        times === undefined
          ? plane.clock.now() > (since.get(stack) ?? 0) + (seconds ?? 0) * 1000
          : count >= times;
      if (isOver) return undefined;
      hits.set(stack, count + 1);
      return fault;
    }
    return undefined;
  };
  return { hits };
}

/** Repeats the request with one id, as callers do, until it is accepted. */
async function accepted(stack: string): Promise<OperationView> {
  for (;;) {
    const { status, body } = await plane.api('PUT', `/stacks/${stack}`, REQUEST, {
      'operation-id': 'first-1',
    });
    if (status === 202) return body as OperationView;
    expect([409, 503]).toContain(status);
  }
}

test('tables that fail at any moment fail no operation, lose no work and need no restart', async () => {
  const { hits } = injectFaults();
  await Promise.all(
    CASES.map(async ({ moment, how }, index) => {
      const stack = nameOf(index);
      const about = `${moment} ${how}`;
      const { id } = await accepted(stack);
      expect(await plane.ended(id), about).toMatchObject({ state: 'Succeeded' });
      expect(hits.get(stack), about).toBeGreaterThan(0);
      const { body } = await plane.api('GET', `/stacks/${stack}/events`);
      const kinds = (body as { events: { kind: string }[] }).events.map(({ kind }) => kind);
      expect(kinds, about).toEqual(['operation.succeeded', 'provision.requested']);
      expect((await plane.stack(stack)).phase, about).toBe('Ready');
    }),
  );
});

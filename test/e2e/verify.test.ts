import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import type { EventList, StackDetail } from '../../lib/api/stack.ts';
import type { Exchange } from '../../local/trace.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
const exchanges: Exchange[] = [];

const REQUEST = { location: 'uksouth', preset: 'default' };

beforeAll(async () => {
  plane = await startPlane({ speed: 600, trace: (exchange) => exchanges.push(exchange) });
});
afterEach(() => {
  plane.faults.clear();
  plane.kubernetes.repairImages();
});
afterAll(() => plane.close());

const conditionOf = ({ conditions }: StackDetail, type: string) =>
  conditions.find((condition) => condition.type === type);

const eventsOf = async (name: string) =>
  ((await plane.api('GET', `/stacks/${name}/events`)).body as EventList).events;

/** Waits until a verification of the stack runs. */
const verifying = (name: string): Promise<OperationView> =>
  vi.waitUntil(
    async () => {
      const { activeOperation, operation } = await plane.stack(name);
      return activeOperation !== undefined && operation?.kind === 'verify' ? operation : undefined;
    },
    { timeout: 10_000, interval: 10 },
  ) as Promise<OperationView>;

/** Waits until the stack has no verification due and running. */
async function verified(name: string): Promise<OperationView> {
  const { id } = await verifying(name);
  return plane.ended(id);
}

test('a stack that is Ready is verified by a pipeline and a served model, without delay of Ready', async () => {
  const provisioned = await plane.provision('demo', REQUEST);
  const ready = await plane.stack('demo');
  expect([provisioned.state, ready.phase]).toEqual(['Succeeded', 'Ready']);
  const operation = await verified('demo');
  expect(operation).toMatchObject({ kind: 'verify', state: 'Succeeded', requestedBy: 'matcha' });
  expect(operation.steps.map(({ id, state }) => [id, state])).toEqual([
    ['verify-zenml', 'done'],
    ['verify-seldon', 'done'],
    ['clean-up', 'done'],
  ]);
  const stack = await plane.stack('demo');
  expect(stack).toMatchObject({ phase: 'Ready', operation: { id: provisioned.id } });
  expect(conditionOf(stack, 'PipelinesVerified')).toMatchObject({
    status: 'True',
    reason: 'Verified',
    message: expect.stringMatching(/^at 20\S+Z in \d+ s$/) as string,
  });
  expect(conditionOf(stack, 'ServingVerified')).toMatchObject({ status: 'True' });
});

/** Whether a namespace of the cluster has something that verifications create. */
const isLeft = (name: string): boolean =>
  exchanges.length > 0 && plane.kubernetes.objects(name).some(({ metadata }) => /^verify-/.test(metadata.name));

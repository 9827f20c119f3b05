import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationView } from '../../lib/api/operation.ts';
import { logText, type LogEntry } from '../../lib/telemetry/log.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';

let plane: TestPlane;
const entries: LogEntry[] = [];

beforeAll(async () => {
  plane = await startPlane({
    log: (_level, _category, message) => {
      if (message.startsWith('{')) entries.push(JSON.parse(message) as LogEntry);
    },
  });
});
afterAll(() => plane.close());

test('the log has one entry for each transition of a step and of an operation', async () => {
  plane.kubernetes.breakImage(/chroma/, 'ImagePullBackOff');
  const { id, steps } = await plane.provision('demo', { location: 'uksouth', preset: 'llm' });
  const ofOperation = entries.filter(({ operation }) => operation === id);
  expect(new Set(ofOperation.map(({ stack }) => stack))).toEqual(new Set(['demo']));
  const count = (event: string, step?: string) =>
    ofOperation.filter((entry) => entry.event === event && (step === undefined || entry.step === step))
      .length;
  expect(count('operation.requested')).toBe(1);
  expect(count('operation.ended')).toBe(1);
  for (const step of steps) {
    const began = step.state === 'blocked' ? 0 : 1;
    expect([step.id, count('step.started', step.id)]).toEqual([step.id, began]);
    expect([step.id, count(`step.${step.state}`, step.id)]).toEqual([step.id, 1]);
  }
  const ended = ofOperation.find(({ event }) => event === 'operation.ended');
  expect(ended).toMatchObject({ kind: 'provision', state: 'PartiallySucceeded', problem: 'IMAGE_PULL' });
  expect(ended?.durationMs).toBeGreaterThan(60_000);
});

test('the entry of a step with a request to Azure has its correlation id', async () => {
  const cluster = entries.find(({ event, step }) => event === 'step.done' && step === 'cluster');
  expect(cluster?.correlationId).toMatch(/^[0-9a-f-]{36}$/);
  expect(cluster?.durationMs).toBeGreaterThan(60_000);
  const { id } = (await plane.api('DELETE', '/stacks/demo')).body as OperationView;
  await plane.ended(id);
});

test('an entry has a text format', () => {
  expect(
    logText({
      event: 'step.failed',
      stack: 'demo',
      operation: 'demo-1a2b',
      step: 'cluster',
      attempt: 3,
      durationMs: 1500,
      problem: 'QUOTA_EXCEEDED',
    }),
  ).toBe('step.failed demo-1a2b cluster 1.5 s QUOTA_EXCEEDED attempt=3');
});

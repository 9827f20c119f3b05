import { expect, test } from 'vitest';
import { durationKey, learn, withMeasured } from '../../lib/domain/expected.ts';
import type { StepRecord } from '../../lib/domain/status.ts';
import { planOf } from '../helpers/specs.ts';

const plan = planOf('default');
const stepOf = (id: string, from = plan) => from.steps.find((step) => step.id === id)!;
const usual = (id: string, from = plan) => stepOf(id, from).usual;

/** The record of a step with this duration. */
const took = (id: string, seconds: number, rest: Partial<StepRecord> = {}): StepRecord => ({
  id,
  state: 'done',
  attempts: 1,
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: new Date(Date.parse('2026-01-01T00:00:00Z') + seconds * 1000).toISOString(),
  ...rest,
});

test('a plan uses measured durations by component and node size', () => {
  const measured = withMeasured(plan, {
    'installComponent|mlflow': 100,
    'ensureCluster|Standard_D4s_v5': 400,
  });
  expect(usual('mlflow', measured)).toBe(100);
  expect(usual('cluster', measured)).toBe(400);
  expect(usual('zenml', measured)).toBe(usual('zenml'));
  const larger = planOf('default', { cluster: { nodeSize: 'Standard_D8s_v5' } });
  expect(usual('cluster', withMeasured(larger, { 'ensureCluster|Standard_D4s_v5': 400 }))).toBe(
    usual('cluster'),
  );
});

test('the newest measurement has a weight of three tenths', () => {
  const key = durationKey(stepOf('cluster'));
  expect(learn(plan.steps, [took('cluster', 500)], { [key]: 300 })).toEqual({ [key]: 360 });
  expect(learn(plan.steps, [took('cluster', usual('cluster') + 100)], {})).toEqual({
    [key]: usual('cluster') + 30,
  });
});

test('a step without work, or one that failed or did not end, is not measured', () => {
  const records = [
    took('cluster', usual('cluster') * 0.2),
    took('storage', 100, { state: 'failed' }),
    { id: 'mlflow', state: 'running', attempts: 1, startedAt: '2026-01-01T00:00:00Z' } as const,
  ];
  expect(learn(plan.steps, records, {})).toEqual({});
});

test('implausible measurements are limited', () => {
  const key = durationKey(stepOf('cluster'));
  const days = learn(plan.steps, [took('cluster', 3 * 86_400)], {});
  expect(days[key]).toBeLessThanOrEqual(usual('cluster') * 4);
  for (const seconds of [0.01, 1e9]) {
    const measured = usual('cluster', withMeasured(plan, { [key]: seconds }));
    expect(measured).toBeGreaterThanOrEqual(usual('cluster') / 4);
    expect(measured).toBeLessThanOrEqual(Math.min(usual('cluster') * 4, stepOf('cluster').limit));
  }
});

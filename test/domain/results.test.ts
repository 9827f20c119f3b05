import { expect, test } from 'vitest';
import { resultsOfRecords } from '../../lib/domain/results.ts';
import type { StepRecord, StepState } from '../../lib/domain/status.ts';
import { planOf } from '../helpers/specs.ts';

const { steps } = planOf('default');

const records = (states: Record<string, StepState>): StepRecord[] =>
  steps.flatMap(({ id }) => {
    const state = states[id] ?? states['*'];
    return state === undefined ? [] : [{ id, state, attempts: 1 }];
  });

const stateOf = (states: Record<string, StepState>, step: string) =>
  resultsOfRecords(steps, records(states))?.find(({ id }) => id === step)?.state;

test('an operation whose steps are all done has a result', () => {
  expect(new Set(resultsOfRecords(steps, records({ '*': 'done' }))?.map(({ state }) => state))).toEqual(
    new Set(['done']),
  );
});

test('steps that wait for a failed one are blocked, with a record or without', () => {
  const failed = { preflight: 'failed' } as const;
  expect(stateOf(failed, 'preflight')).toBe('failed');
  expect(stateOf(failed, 'cluster')).toBe('blocked');
  expect(stateOf({ ...failed, '*': 'waiting' }, 'mlflow-canary')).toBe('blocked');
});

test('an operation with a step that may still run has none', () => {
  expect(resultsOfRecords(steps, records({ '*': 'done', cluster: 'running' }))).toBeUndefined();
  expect(resultsOfRecords(steps, [])).toBeUndefined();
});

import { expect, test } from 'vitest';
import { pending, type Pending } from '../../lib/domain/outcome.ts';
import type { Step } from '../../lib/domain/plan.ts';
import { beginProgress, callStep, settleStep, type Progress } from '../../lib/domain/progress.ts';
import { problem } from '../../lib/domain/problem.ts';
import { planOf } from '../helpers/specs.ts';

const step = planOf('default').steps.find(({ id }) => id === 'cluster') as Step;
const minute = 60_000;
const waiting = pending('Creating', 10);
const limited: Pending = {
  ...pending('no role yet', 10),
  grace: { seconds: 600, problem: problem('AZURE_FORBIDDEN', 'The role is missing.') },
};

/** The progress of the step after these outcomes at these minutes. */
const after = (outcomes: [minutes: number, outcome: Pending][]) =>
  outcomes.reduce<Progress>(
    (progress, [at, outcome]) =>
      settleStep([step], callStep(progress, step.id, at * minute), step, outcome, at * minute),
    beginProgress([step]),
  )[step.id];

test('an outcome with a grace period fails when that is over', () => {
  expect(after([[0, limited], [9, limited]])).toMatchObject({ state: 'running' }); // prettier-ignore
  expect(after([[0, limited], [10, limited]])).toMatchObject({ state: 'failed', problem: { code: 'AZURE_FORBIDDEN' } }); // prettier-ignore
});

test('the grace period starts with the first of consecutive outcomes that have it', () => {
  expect(after([[0, waiting], [12, limited], [20, limited]])).toMatchObject({ state: 'running' }); // prettier-ignore
  expect(after([[0, limited], [5, waiting], [12, limited]])).toMatchObject({ state: 'running' }); // prettier-ignore
});

test('a step that times out has its last outcome as the cause', () => {
  const late = step.limit / 60;
  expect(after([[0, waiting], [late, limited]])).toMatchObject({ state: 'failed', problem: { code: 'AZURE_FORBIDDEN' } }); // prettier-ignore
  expect(after([[0, waiting], [late, waiting]])).toMatchObject({
    state: 'failed',
    problem: { code: 'STEP_TIMED_OUT', cause: 'Creating' },
  }); // prettier-ignore
});

import { expect, test } from 'vitest';
import { pending, type Pending } from '../../lib/domain/outcome.ts';
import type { Step } from '../../lib/domain/plan.ts';
import { beginProgress, callStep, settleStep, type Progress } from '../../lib/domain/progress.ts';
import { problem } from '../../lib/domain/problem.ts';
import { planOf } from '../helpers/specs.ts';

const step = planOf('default').steps.find(({ id }) => id === 'cluster') as Step;
const minute = 60_000;
const calm = pending('Creating', 10);
const limited: Pending = {
  ...pending('no role yet', 10),
  grace: { seconds: 600, problem: problem('AZURE_FORBIDDEN', 'The role is missing.') },
};

/** The step after these outcomes, each at a minute of its own. */
const after = (outcomes: [minutes: number, outcome: Pending][]) =>
  outcomes.reduce<Progress>(
    (progress, [at, outcome]) =>
      settleStep([step], callStep(progress, step.id, at * minute), step, outcome, at * minute),
    beginProgress([step]),
  )[step.id];

test('what has a grace period is waited for until it is over, then it has failed', () => {
  expect(after([[0, limited], [9, limited]])).toMatchObject({ state: 'running' }); // prettier-ignore
  expect(after([[0, limited], [10, limited]])).toMatchObject({ state: 'failed', problem: { code: 'AZURE_FORBIDDEN' } }); // prettier-ignore
});

test('the grace period begins with the first such answer in a row, not with the step', () => {
  expect(after([[0, calm], [12, limited], [20, limited]])).toMatchObject({ state: 'running' }); // prettier-ignore
  expect(after([[0, limited], [5, calm], [12, limited]])).toMatchObject({ state: 'running' }); // prettier-ignore
});

test('a step whose time is up says what it waited for', () => {
  const late = step.limit / 60;
  expect(after([[0, calm], [late, limited]])).toMatchObject({ state: 'failed', problem: { code: 'AZURE_FORBIDDEN' } }); // prettier-ignore
  expect(after([[0, calm], [late, calm]])).toMatchObject({
    state: 'failed',
    problem: { code: 'STEP_TIMED_OUT', cause: 'Creating' },
  }); // prettier-ignore
});

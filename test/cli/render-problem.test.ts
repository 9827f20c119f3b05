import { expect, test } from 'vitest';
import { failureLines, problemLines } from '../../cli/render/problem.ts';
import { manual, repeatOperation } from '../../lib/domain/remedies.ts';
import { look, operation, quotaProblem, step } from './views.ts';

test('a problem shows what happened, why, and what to do, with its code at the right edge', () => {
  const [headline, why, ...remedies] = problemLines({ ...quotaProblem, stack: 'demo' }, look(120));
  expect(headline).toMatch(/^✖ not enough vCPU quota in uksouth +QUOTA_EXCEEDED$/);
  expect(headline).toHaveLength(120);
  expect(why).toBe('      What    The Dsv5 family has 10 vCPUs, 8 in use; this stack needs 4 more.');
  expect(remedies).toEqual([
    '      Do      matcha provision demo --node-size Standard_D4as_v5   Choose Standard_D4as_v5: 20 vCPUs are free.',
    '              https://portal.azure.com                             Ask Azure for more quota.',
  ]);
});

test('a problem without a cause has no line for it', () => {
  const lines = problemLines({ message: 'No.', remedies: [manual('Ask.')] }, look());
  expect(lines).toEqual(['✖ No.', '      Do      Ask.']);
});

test('on a narrow terminal long texts wrap, and commands stay in one piece', () => {
  const lines = problemLines({ ...quotaProblem, stack: 'demo' }, look(70));
  expect(lines).toEqual([
    '✖ not enough vCPU quota in uksouth                      QUOTA_EXCEEDED',
    '      What    The Dsv5 family has 10 vCPUs, 8 in use; this stack needs',
    '              4 more.',
    '      Do      Choose Standard_D4as_v5: 20 vCPUs are free.',
    '                matcha provision demo --node-size Standard_D4as_v5',
    '              Ask Azure for more quota.',
    '                https://portal.azure.com',
  ]);
});

test('the code of a long headline has its own line', () => {
  const lines = problemLines({ message: 'word '.repeat(30), code: 'UNEXPECTED' }, look(60));
  expect(lines.at(-1)?.trim()).toBe('UNEXPECTED');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
});

test('a failed operation names the step, what was created, and where to read more', () => {
  const failed = operation(
    [
      step('Storage account', { from: 0, to: 20 }),
      step('Registry', { from: 0, to: 20 }),
      step('AKS cluster', { from: 0, to: 9, state: 'failed', problem: quotaProblem }),
      step('Access', { state: 'blocked' }),
    ],
    { state: 'Failed', problem: quotaProblem },
  );
  const text = failureLines(failed, look()).join('\n');
  expect(text).toMatch(/^✖ AKS cluster: not enough vCPU quota in uksouth/);
  expect(text).toContain(
    'Kept    Storage account and Registry. `matcha provision demo` continues from here.',
  );
  expect(text).toContain('Log     operation 8f1c in `matcha events demo`');
  expect(text).not.toContain('Access');
});

test('a remedy to run it again is not repeated after what is kept', () => {
  const problem = { ...quotaProblem, remedies: [repeatOperation('Run it again.')] };
  const steps = [
    step('Storage account', { from: 0, to: 20 }),
    step('AKS cluster', { from: 0, to: 9, state: 'failed', problem }),
  ];
  const lines = failureLines(operation(steps, { state: 'Failed' }), look());
  expect(lines).toContain('      Do      matcha provision demo   Run it again.');
  expect(lines).toContain('      Kept    Storage account.');
});

test('a step is not named twice when its problem names it', () => {
  const problem = { ...quotaProblem, message: 'AKS cluster: not done after 40 minutes.' };
  const failed = operation([step('AKS cluster', { from: 0, to: 9, state: 'failed', problem })], {
    state: 'Failed',
  });
  expect(failureLines(failed, look()).join('\n')).toMatch(/^✖ AKS cluster: not done after 40 minutes\./);
});

test('an operation that failed outside its steps shows its own problem, and a destroy keeps nothing', () => {
  const problem = { ...quotaProblem, message: 'The orchestration was lost.' };
  const failed = operation([step('Inventory', { from: 0, to: 2 })], {
    kind: 'destroy',
    state: 'Failed',
    problem,
  });
  const text = failureLines(failed, look()).join('\n');
  expect(text).toMatch(/^✖ The orchestration was lost\./);
  expect(text).not.toContain('Kept');
});

test('findings are numbered, each with its code, why and what to do, before the remedies for all', () => {
  const findings = [
    {
      code: 'NAME_TAKEN',
      message: 'somebody else has the name',
      cause: 'It is taken.',
      remedies: [manual('Take another.')],
    },
    { code: 'QUOTA_EXCEEDED', message: 'not enough quota', remedies: [manual('Ask for more.')] },
  ];
  const lines = problemLines(
    {
      message: '2 things stand in the way.',
      code: 'PREFLIGHT_FAILED',
      remedies: [manual('Fix each.')],
      findings,
    },
    look(60),
  );
  expect(lines).toEqual([
    expect.stringMatching(/^✖ 2 things stand in the way\. +PREFLIGHT_FAILED$/),
    '      1       somebody else has the name          NAME_TAKEN',
    '      What    It is taken.',
    '      Do      Take another.',
    '',
    '      2       not enough quota                QUOTA_EXCEEDED',
    '      Do      Ask for more.',
    '',
    '      Do      Fix each.',
  ]);
});

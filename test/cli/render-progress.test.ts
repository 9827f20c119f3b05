import { describe, expect, test } from 'vitest';
import { changeLines, progressLines, progressSummary } from '../../cli/render/progress.ts';
import { after, look, operation, quotaProblem, START, step } from './views.ts';

const at = START + 252_000;
const midway = operation([
  step('Group', { from: 0, to: 2 }),
  step('Storage', { from: 2, to: 26, after: ['Group'], detail: 'demost7f3k' }),
  step('AKS', { from: 2, after: ['Group'], usual: 280, detail: 'Azure says: Creating' }),
  step('Access', { after: ['AKS', 'Group'] }),
  step('MLflow', { after: ['Access'] }),
  step('Seldon', { after: ['Access', 'Storage'] }),
  step('Canary', { after: ['MLflow'] }),
]);

describe('the progress screen', () => {
  test('starts with the stack, its details, and the elapsed and usual time', () => {
    const [header] = progressLines({ operation: midway, at }, look(), { about: ['uksouth', 'default'] });
    expect(header).toMatch(/^demo {2}uksouth {2}default +4:12 \/ ~9:00$/);
    expect(header).toHaveLength(100);
  });

  test('shows the duration of finished steps and the detail of running ones', () => {
    const text = progressLines({ operation: midway, at }, look()).join('\n');
    expect(text).toMatch(/✔ Group +2 s$/m);
    expect(text).toMatch(/✔ Storage +24 s +demost7f3k$/m);
    expect(text).toMatch(/▸ AKS +4:10 +Azure says: Creating \(usually 4:40\)$/m);
  });

  test('puts waiting steps that start together on one line, in order', () => {
    const lines = progressLines({ operation: midway, at }, look());
    expect(lines.slice(-3)).toEqual(['  · Access', '  · MLflow · Seldon', '  · Canary']);
  });

  test('turns the spinner from frame to frame', () => {
    const frames = [0, 1].map((frame) => progressLines({ operation: midway, at }, look(), { frame }).join());
    expect(frames[0]).not.toBe(frames[1]);
  });

  test('names failed steps and steps that did not start', () => {
    const failed = operation([
      step('AKS', { from: 0, to: 9, state: 'failed', problem: quotaProblem }),
      step('Access', { after: ['AKS'], state: 'blocked' }),
    ]);
    const text = progressLines({ operation: failed, at }, look()).join('\n');
    expect(text).toMatch(/✖ AKS +9 s +not enough vCPU quota in uksouth$/m);
    expect(text).toMatch(/- Not started: Access$/m);
  });

  test('fits into few rows by folding finished steps', () => {
    const lines = progressLines({ operation: midway, at }, look(), { rows: 6 });
    expect(lines).toHaveLength(6);
    expect(lines[1]).toBe('  ✔ 2 steps done');
    expect(lines[2]).toContain('AKS');
  });

  test.each([40, 60, 80])('keeps every line within %i columns', (width) => {
    const long = operation(
      ['A', 'B'].map((name) =>
        step(`${name}${' long title'.repeat(5)}`, { from: 1, detail: 'because '.repeat(20) }),
      ),
    );
    for (const moment of [midway, long].map((shown) => ({ operation: shown, at }))) {
      const about = ['a-region-with-a-name', 'a-preset-with-a-name'];
      const lines = progressLines(moment, look(width), { about });
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
  });

  test('removes control characters from texts of the server', () => {
    const evil = operation([step('AKS', { from: 0, detail: 'x\u001b[2Jy\nz' })]);
    const lines = progressLines({ operation: evil, at }, look());
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain('\u001b');
  });
});

describe('the progress log', () => {
  test('has one line for each changed step, at the time of the change', () => {
    const before = operation([
      step('Group', { from: 0, to: 2 }),
      step('Storage', { from: 2 }),
      step('AKS'),
      step('Access'),
    ]);
    const now = operation([
      step('Group', { from: 0, to: 2 }),
      step('Storage', { from: 2, to: 26 }),
      step('AKS', { from: 5 }),
      step('Access'),
    ]);
    expect(changeLines(before, { operation: now, at })).toEqual([
      '   0:05  AKS: started (usually 1:00)',
      '   0:26  Storage: done in 24 s',
    ]);
  });

  test('is empty when nothing changed', () => {
    expect(changeLines(midway, { operation: midway, at })).toEqual([]);
  });

  test('has one line for all steps that cannot start, after the failure', () => {
    const failed = operation([
      step('AKS', { from: 0, to: 9, state: 'failed', problem: quotaProblem }),
      step('Access', { after: ['AKS'], state: 'blocked' }),
      step('MLflow', { after: ['Access'], state: 'blocked' }),
    ]);
    expect(changeLines(undefined, { operation: failed, at })).toEqual([
      '   0:09  AKS: failed: not enough vCPU quota in uksouth',
      'Not started: Access, MLflow',
    ]);
    expect(changeLines(failed, { operation: failed, at })).toEqual([]);
  });

  test('gives the reason of a failure', () => {
    const failed = operation([step('AKS', { from: 0, to: 9, state: 'failed', problem: quotaProblem })]);
    expect(changeLines(undefined, { operation: failed, at })).toEqual([
      '   0:09  AKS: failed: not enough vCPU quota in uksouth',
    ]);
  });
});

test('the summary counts steps and names what runs', () => {
  expect(progressSummary({ operation: midway, at })).toBe('2 of 7, 4:12 / ~9:00, AKS');
});

test('a finished operation shows its duration at any time', () => {
  const over = operation([], { state: 'Succeeded', finishedAt: after(527) });
  expect(progressLines({ operation: over, at: at + 9e6 }, look())[0]).toContain('8:47 / ~9:00');
});

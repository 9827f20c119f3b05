import { expect, test } from 'vitest';
import { logView } from '../../cli/views.ts';
import { look, operation, START, step } from './views.ts';

const DETAIL =
  'Waiting for quota (gives up 2026-11-24 12:26 UTC): Insufficient vCPU quota requested 4, remaining 2 for family standardDSv5Family in region uksouth.';

/** A log that is shown an operation with details, each at a second. */
function logOf(shown: [second: number, detail: string][]): string[] {
  const printed: string[] = [];
  let second = 0;
  const err = { look: look(60), print: (lines: readonly string[]) => void printed.push(...lines) };
  const view = logView({ err }, operation([]), () => second * 1000);
  for (const [at, detail] of shown) {
    second = at;
    view.show({ operation: operation([step('AKS cluster', { from: 1, detail })]), at: START + at * 1000 });
  }
  return printed.slice(1);
}

test('a log says what runs once a minute, although nothing changes, and cuts nothing', () => {
  const lines = logOf([2, 30, 61, 62, 90, 130].map((second) => [second, DETAIL]));
  expect(lines).toEqual([
    '   0:01  AKS cluster: started (usually 1:00)',
    `   1:02  AKS cluster: ${DETAIL}`,
    `   2:10  AKS cluster: ${DETAIL}`,
  ]);
});

test('a log shows another detail at once, but not each number that grows', () => {
  const lines = logOf([
    [2, 'Creating, 1 of 3 pods'],
    [3, 'Creating, 2 of 3 pods'],
    [4, 'Pulling the image'],
  ]);
  expect(lines.slice(1)).toEqual(['   0:04  AKS cluster: Pulling the image']);
});

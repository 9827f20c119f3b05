import { describe, expect, test } from 'vitest';
import { timelineLines } from '../../cli/render/timeline.ts';
import { look, operation, START, step } from './views.ts';

const at = START + 600_000;
const run = operation([
  step('Group', { from: 0, to: 60 }),
  step('AKS', { from: 60, to: 480, after: ['Group'] }),
  step('Storage', { from: 60, to: 120, after: ['Group'] }),
  step('MLflow', { from: 480, to: 600, after: ['AKS', 'Storage'] }),
  step('Canary', { after: ['MLflow'] }),
]);

const barOf = (lines: string[], title: string) => {
  const line = lines.find((candidate) => candidate.startsWith(title)) ?? '';
  const area = line.slice(line.indexOf('▏') + 1);
  return { from: area.indexOf('█'), to: area.lastIndexOf('█') + 1 };
};

describe.each([60, 100])('the timeline at %i columns', (width) => {
  const lines = timelineLines({ operation: run, at }, look(width));

  test('starts a bar where the bar of its dependency ends', () => {
    expect(barOf(lines, 'Group').from).toBe(0);
    expect(barOf(lines, 'AKS').from).toBe(barOf(lines, 'Group').to);
    expect(barOf(lines, 'MLflow').from).toBe(barOf(lines, 'AKS').to);
  });

  test('makes bars as long as the steps took', () => {
    const length = (title: string) => barOf(lines, title).to - barOf(lines, title).from;
    expect(length('AKS') / length('Group')).toBeCloseTo(7, 0);
    expect(length('MLflow') / length('Storage')).toBeCloseTo(2, 0);
  });

  test('counts minutes on the axis below the bars', () => {
    const axis = lines.find((line) => line.endsWith(' min')) ?? '';
    const start = axis.indexOf('0');
    const bars = lines[0]?.indexOf('█');
    expect(start).toBe(bars);
  });

  test('keeps to the width and leaves out steps that have not started', () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(lines.some((line) => line.startsWith('Canary'))).toBe(false);
  });

  test('ends with the critical path', () => {
    expect(lines.at(-1)).toMatch(/^Critical path +Group, AKS, MLflow$/);
  });
});

test('a bar of a running step reaches to now', () => {
  const running = operation([
    step('Group', { from: 0, to: 300 }),
    step('AKS', { from: 300, after: ['Group'] }),
  ]);
  const lines = timelineLines({ operation: running, at }, look());
  const group = barOf(lines, 'Group');
  const cluster = barOf(lines, 'AKS');
  expect(cluster.from).toBe(group.to);
  expect(Math.abs(cluster.to - cluster.from - group.to)).toBeLessThanOrEqual(1);
});

test('a short operation has an axis in seconds', () => {
  const quick = operation([step('Group', { from: 0, to: 30 })]);
  expect(timelineLines({ operation: quick, at }, look()).some((line) => line.endsWith(' s'))).toBe(true);
});

test('an operation without a started step has no bars', () => {
  expect(timelineLines({ operation: operation([step('Group')]), at }, look())).toEqual([
    'No step has started.',
  ]);
});

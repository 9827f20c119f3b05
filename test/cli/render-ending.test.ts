import { expect, test } from 'vitest';
import { degradedLines, goneLines, readyLines, receiptLines } from '../../cli/render/ending.ts';
import { after, look, operation, quotaProblem, step } from './views.ts';

test('a ready stack tells its time, its addresses, and what comes next', () => {
  const over = operation([step('AKS', { from: 0, to: 500 })], { state: 'Succeeded', finishedAt: after(527) });
  const outputs = {
    cloud: { location: 'uksouth' },
    'experiment-tracker': { 'tracking-url': 'http://localhost:1', 'cluster-url': 'http://mlflow:5000' },
    pipeline: { 'server-password': '********', 'cluster-url': 'http://zenml' },
  };
  const [headline, ...rest] = readyLines(over, outputs, look());
  expect(headline).toBe('✔ demo is ready in 8:47');
  expect(rest[0]).toMatch(/experiment-tracker +http:\/\/mlflow:5000$/);
  expect(rest[1]).toMatch(/pipeline +http:\/\/zenml$/);
  expect(rest[2]).toMatch(/Next +matcha get {5}/);
  expect(rest).toHaveLength(3);
});

test('commands that do not fit on one line get one each', () => {
  const over = operation([], { state: 'Succeeded', finishedAt: after(527) });
  const lines = readyLines(over, {}, look(60));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines.map((line) => line.trim())).toContain('matcha status demo --timeline');
});

test('a degraded stack says that it is up, and what of it is not right', () => {
  const over = operation(
    [
      step('AKS', { from: 0, to: 300 }),
      step('Chroma', {
        from: 300,
        to: 400,
        state: 'failed',
        problem: { ...quotaProblem, code: 'IMAGE_PULL' },
      }),
    ],
    { state: 'Succeeded', finishedAt: after(527) },
  );
  const text = degradedLines(over, look()).join('\n');
  expect(text).toMatch(/^! demo is degraded: it is up after 8:47/);
  expect(text).toMatch(/✖ Chroma: .+ IMAGE_PULL$/m);
});

const receipt = {
  at: '2026-11-21T14:03:44Z',
  found: ['group', 'cluster', 'disk'],
  gone: ['group', 'cluster'],
  left: ['disk'],
};

test('a stack that is gone comes with a receipt', () => {
  const over = operation([], { kind: 'destroy', state: 'Succeeded', finishedAt: after(362), receipt });
  const [headline, items] = goneLines(over, look());
  expect(headline).toBe('✔ demo is gone in 6:02. Receipt 2026-11-21T14:03Z: 3 found, 2 deleted, 1 left');
  expect(items).toContain('3 items in `matcha events demo --receipt`');
});

test('the receipt marks what is left', () => {
  const lines = receiptLines(receipt, look());
  expect(lines).toContain('  ✔ cluster');
  expect(lines).toContain('  ✖ disk  left');
});

import { expect, test } from 'vitest';
import { destructionLines } from '../../cli/render/destruction.ts';
import {
  degradedLines,
  destroyedLines,
  leftLines,
  readyLines,
  receiptLines,
} from '../../cli/render/ending.ts';
import { specOf } from '../helpers/specs.ts';
import { after, look, operation, quotaProblem, stack, step } from './views.ts';

test('a ready stack shows its duration, its addresses and the next commands', () => {
  const over = operation([step('AKS', { from: 0, to: 500 })], { state: 'Succeeded', finishedAt: after(527) });
  const outputs = {
    cloud: { location: 'uksouth' },
    'experiment-tracker': { 'tracking-url': 'http://localhost:1', 'cluster-url': 'http://mlflow:5000' },
    pipeline: {
      'server-url': 'http://localhost:2',
      'server-password': '********',
      'cluster-url': 'http://zenml',
    },
  };
  const [headline, ...rest] = readyLines(over, outputs, look());
  expect(headline).toBe('✔ demo is ready in 8:47');
  expect(rest[0]).toMatch(/experiment-tracker +http:\/\/localhost:1$/);
  expect(rest[1]).toMatch(/pipeline +http:\/\/localhost:2$/);
  expect(rest[2]).toMatch(/can be opened while `matcha connect demo`/);
  expect(rest.find((line) => line.includes('Next'))).toMatch(/Next +matcha connect demo {5}matcha get {5}/);
});

test('a public tool is shown with its public address', () => {
  const over = operation([], { state: 'Succeeded', finishedAt: after(1) });
  const tracker = { 'tracking-url': 'https://demo.example.com:8443', 'cluster-url': 'http://mlflow:5000' };
  const lines = readyLines(over, { 'experiment-tracker': tracker }, look());
  expect(lines[1]).toMatch(/experiment-tracker +https:\/\/demo\.example\.com:8443$/);
  expect(lines.join('\n')).not.toContain('matcha connect');
});

test('commands that do not fit on one line get one each', () => {
  const over = operation([], { state: 'Succeeded', finishedAt: after(527) });
  const lines = readyLines(over, { pipeline: { 'server-url': 'http://localhost:1' } }, look(60));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines.map((line) => line.trim())).toContain('matcha status demo --timeline');
});

test('a degraded stack names its failed components', () => {
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
  expect(text).toMatch(/^! demo is degraded after 8:47/);
  expect(text).toMatch(/✖ Chroma: .+ IMAGE_PULL$/m);
});

const receipt = {
  at: '2026-11-21T14:03:44Z',
  found: ['group', 'cluster', 'disk'],
  gone: ['group', 'cluster'],
  left: ['disk'],
  kept: [],
  restorable: [],
};

test('a destroyed stack comes with a receipt', () => {
  const over = operation([], { kind: 'destroy', state: 'Succeeded', finishedAt: after(362), receipt });
  const [headline, items] = destroyedLines(over, look());
  expect(headline).toBe('✔ demo is destroyed in 6:02. Receipt 2026-11-21T14:03Z: 3 found, 2 deleted, 1 left');
  expect(items).toContain('3 items in `matcha events demo --receipt`');
});

test('the receipt marks items that are left', () => {
  const lines = receiptLines(receipt, look());
  expect(lines).toContain('  ✔ cluster');
  expect(lines).toContain('  ✖ disk  left');
});

const ACCOUNT =
  '/subscriptions/s/resourceGroups/demo-resources/providers/Microsoft.Storage/storageAccounts/demost7f3k';
const kept = ['dvc', 'mlflow'].map((name) => `${ACCOUNT}/blobServices/default/containers/${name}`);

test('kept data is named with its location, and marked in the receipt', () => {
  const withData = {
    ...receipt,
    left: [],
    found: [...receipt.gone, ACCOUNT, ...kept],
    kept: [ACCOUNT, ...kept],
  };
  const over = operation([], {
    kind: 'destroy',
    state: 'Succeeded',
    finishedAt: after(1),
    receipt: withData,
  });
  const text = destroyedLines(over, look(200)).join('\n');
  expect(text).toContain('5 found, 2 deleted, 0 left, 3 kept');
  expect(text).toContain('storage account demost7f3k in demo-resources with the containers dvc and mlflow.');
  expect(receiptLines(withData, look(200))).toContain('  • storage account demost7f3k  kept');
});

test('a failed destroy operation names the command that lists what is left', () => {
  const over = operation([], { kind: 'destroy', state: 'Failed', finishedAt: after(1), receipt });
  expect(leftLines(over, look()).join('\n')).toMatch(/2 deleted, 1 left; `matcha events demo --receipt`/);
  expect(leftLines(operation([], { state: 'Failed' }), look())).toEqual([]);
});

test('the question before destroy says what is deleted, what stays, and how to keep the data', () => {
  const demo = { ...stack(), spec: specOf('default') };
  const inventory = { present: ['a', 'b', 'c'], kept: [], restorable: [] };
  const all = destructionLines(demo, inventory, false, look(300)).join(' ');
  expect(all).toContain(
    '3 Azure resources of demo (default, uksouth), 2 components (zenml, mlflow) and all their data',
  );
  expect(all).toContain('--keep-data');
  const without = destructionLines(demo, { ...inventory, kept: [ACCOUNT, ...kept] }, true, look(300)).join(
    ' ',
  );
  expect(without).toContain('Kept: storage account demost7f3k in demo-resources');
  expect(without).not.toContain('--keep-data');
  expect(destructionLines(demo, undefined, false, look()).join(' ')).toContain('everything of demo');
});

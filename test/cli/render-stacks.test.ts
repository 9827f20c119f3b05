import { describe, expect, test } from 'vitest';
import { stackLines } from '../../cli/render/stack.ts';
import { stackTable } from '../../cli/render/stacks.ts';
import { eventTable } from '../../cli/render/events.ts';
import { after, look, operation, quotaProblem, stack, START, step } from './views.ts';

const at = START + 2 * 3600_000;

describe('the table of stacks', () => {
  test('shows each stack on a line under the titles', () => {
    const lines = stackTable(
      [stack(), stack({ name: 'rag', preset: 'llm', phase: 'Hibernated' })],
      at,
      look(),
    );
    expect(lines).toHaveLength(3);
    expect(lines[0]?.split(/ +/)).toEqual(['NAME', 'PRESET', 'PHASE', 'WHERE', 'OWNER', 'AGE', 'NEXT']);
    expect(lines[1]?.split(/ {2,}/)).toEqual(['demo', 'default', 'Ready', 'uksouth', 'ada', '2 h']);
    expect(lines[2]?.indexOf('Hibernated')).toBe(lines[0]?.indexOf('PHASE'));
    expect(lines[2]).toMatch(/ matcha wake rag$/);
  });

  test('shows the problem, or the progress of the operation', () => {
    const running = operation([step('AKS', { from: 0 })], { startedAt: after(7000), id: 'op1' });
    const lines = stackTable(
      [
        stack({ phase: 'Failed', problem: quotaProblem }),
        stack({ phase: 'Provisioning', activeOperation: 'op1' }),
      ],
      at,
      look(),
      new Map([['op1', running]]),
    );
    expect(lines[1]).toContain('not enough vCPU quota in uksouth');
    expect(lines[2]).toContain('0 of 1, 3:20 / ~9:00, AKS');
  });

  test('shows the known cost per day', () => {
    const lines = stackTable([stack({ costPerDay: 8.5 }), stack({ name: 'odd' })], at, look());
    expect(lines[0]?.split(/ +/)).toContain('COST/DAY');
    expect(lines[1]).toMatch(/ \$8\.50$/);
    expect(lines[2]).toMatch(/ -$/);
  });

  test('drops columns on a narrow terminal, but never the name, the phase and the next command', () => {
    const lines = stackTable([stack({ phase: 'Failed', problem: quotaProblem })], at, look(50));
    expect(lines[0]?.split(/ +/)).toEqual(['NAME', 'PRESET', 'PHASE', 'NEXT']);
    expect(lines[1]).toContain('not enough vCPU');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(50);
  });
});

test('a narrow table keeps the cost longer than region, owner and age', () => {
  const stacks = [stack({ phase: 'Failed', problem: quotaProblem, costPerDay: 8.5 })];
  const [titles] = stackTable(stacks, at, look(60));
  expect(titles?.split(/ +/)).toEqual(['NAME', 'PRESET', 'PHASE', 'COST/DAY', 'NEXT']);
});

const KEPT =
  '/subscriptions/s/resourceGroups/demo-resources/providers/Microsoft.Storage/storageAccounts/demost7f3k';
const destroyed = stack({ phase: 'Destroyed', versions: {}, kept: [KEPT], costPerDay: 0.04 });

test('a destroyed stack shows its kept data, the cost of it, and what to do with it', () => {
  expect(stackTable([destroyed], at, look(120))[1]).toMatch(
    / \$0\.04 +data kept, delete: matcha destroy demo$/,
  );
  const text = stackLines(destroyed, at, look(120)).join('\n');
  expect(text).toMatch(/^ +Kept +storage account demost7f3k in demo-resources$/m);
  expect(text).toMatch(/^ +Cost +about \$0\.04 a day$/m);
  expect(text).toMatch(
    /^ +Next +`matcha provision demo` uses the data again, `matcha destroy demo` deletes it$/m,
  );
});

describe('one stack', () => {
  test('shows each tool with its version and the result of its canary', () => {
    const condition = (type: string, status: 'True' | 'False', reason: string, message = '') =>
      ({ type, status, reason, message, lastTransitionTime: after(0) }) as const;
    const conditions = [
      condition('Ready', 'False', 'Degraded'),
      condition('ZenmlReady', 'True', 'CanaryPassed'),
      condition('MlflowReady', 'False', 'IMAGE_PULL', 'the image cannot be pulled'),
    ];
    const lines = stackLines(stack({ conditions }), at, look());
    expect(lines).toContain('  Tools       ✔ zenml 0.96.4    canary passed');
    expect(lines).toContain('              ✖ mlflow 3.17.0   IMAGE_PULL: the image cannot be pulled');
    expect(lines.join()).not.toMatch(/Degraded/);
  });

  test('has cost nothing when only the preflight ran, and no cluster after that', () => {
    const cost = (steps: ReturnType<typeof step>[]) =>
      stackLines({ ...stack({ costPerDay: 0 }), operation: operation(steps) }, at, look()).find((line) =>
        line.includes('Cost'),
      );
    const preflight = step('Preflight', { from: 0, to: 2 });
    expect(cost([preflight])).toMatch(/\$0 \(nothing made\)$/);
    expect(cost([preflight, step('Resource group', { from: 2, to: 4 })])).toMatch(/\$0 \(no cluster\)$/);
  });

  test('shows what a failed operation created', () => {
    const failed = operation(
      [
        step('Preflight', { from: 0, to: 2 }),
        step('Storage account', { from: 2, to: 20 }),
        step('AKS cluster', { from: 2, to: 30, state: 'failed', problem: quotaProblem }),
      ],
      { state: 'Failed', finishedAt: after(30) },
    );
    const shown = { ...stack({ phase: 'Failed', problem: quotaProblem }), operation: failed };
    const text = stackLines(shown, at, look()).join('\n');
    expect(text).toMatch(/^ +Kept +Storage account\. `matcha provision demo` continues from here\.$/m);
  });

  test('shows its phase, and the problem of a failed one', () => {
    const text = stackLines(stack({ phase: 'Failed', problem: quotaProblem }), at, look()).join('\n');
    expect(text).toMatch(/^demo {2}Failed$/m);
    expect(text).toMatch(/Preset +default: zenml, mlflow$/m);
    expect(text).toMatch(/^✖ not enough vCPU quota in uksouth/m);
  });

  test('shows the steps of the operation that holds it', () => {
    const running = operation([step('AKS', { from: 0 })]);
    const text = stackLines(
      { ...stack({ activeOperation: running.id }), operation: running },
      at,
      look(),
    ).join('\n');
    expect(text).toContain('▸ AKS');
  });

  test('shows only the result of the last operation', () => {
    const over = operation([step('AKS', { from: 0, to: 300 })], {
      state: 'Succeeded',
      finishedAt: after(300),
    });
    const text = stackLines({ ...stack(), operation: over }, at, look()).join('\n');
    expect(text).toMatch(/Last +provision Succeeded in 5:00, operation 8f1c$/m);
    expect(text).not.toContain('✔ AKS');
  });
});

test('events come oldest first, and long ones wrap', () => {
  const lines = eventTable(
    [
      {
        at: after(60),
        kind: 'operation.failed',
        actor: 'matcha',
        channel: 'matcha',
        message: `${'word '.repeat(30)}end`,
      },
      { at: after(0), kind: 'provision.requested', actor: 'ada', channel: 'api', message: 'provision' },
    ],
    look(80),
  );
  expect(lines[1]).toMatch(/^2026-11-21T14:00:00Z +provision.requested +provision$/);
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.at(-1)).toMatch(/end$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

import { describe, expect, test } from 'vitest';
import { stackLines, stackTable } from '../../cli/render/stacks.ts';
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
    expect(lines[2]).toMatch(/hibernated; matcha wake rag$/);
  });

  test('says what is wrong, or how far the operation is', () => {
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

  test('shows what each costs a day, where that is known', () => {
    const lines = stackTable([stack({ costPerDay: 8.5 }), stack({ name: 'odd' })], at, look());
    expect(lines[0]?.split(/ +/)).toContain('COST/DAY');
    expect(lines[1]).toMatch(/ \$8\.50$/);
    expect(lines[2]).toMatch(/ -$/);
  });

  test('gives up columns on a narrow terminal, but never the name, the phase and what is next', () => {
    const lines = stackTable([stack({ phase: 'Failed', problem: quotaProblem })], at, look(50));
    expect(lines[0]?.split(/ +/)).toEqual(['NAME', 'PRESET', 'PHASE', 'NEXT']);
    expect(lines[1]).toContain('not enough vCPU');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(50);
  });
});

describe('one stack', () => {
  test('shows its state, and of a failed one why and what to do', () => {
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

  test('shows of the last operation only how it ended', () => {
    const over = operation([step('AKS', { from: 0, to: 300 })], {
      state: 'Succeeded',
      finishedAt: after(300),
    });
    const text = stackLines({ ...stack(), operation: over }, at, look()).join('\n');
    expect(text).toMatch(/Last +provision Succeeded in 5:00, operation 8f1c$/m);
    expect(text).not.toContain('✔ AKS');
  });
});

test('events come oldest first, and a long one goes on below instead of being cut', () => {
  const lines = eventTable(
    [
      { at: after(60), kind: 'operation.failed', actor: 'matcha', message: `${'word '.repeat(30)}end` },
      { at: after(0), kind: 'provision.requested', actor: 'ada', message: 'provision' },
    ],
    look(80),
  );
  expect(lines[1]).toMatch(/^2026-11-21T14:00:00Z +provision.requested +ada +provision$/);
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.at(-1)).toMatch(/end$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

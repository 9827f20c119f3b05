import { expect, test } from 'vitest';
import { accessTable, eventTable } from '../../cli/render/events.ts';
import type { AccessEvent } from '../../lib/domain/access.ts';
import type { StackEvent } from '../../lib/domain/status.ts';
import { look } from './views.ts';

const by = {
  actor: 'ada',
  actorId: 'tenant:ada',
  channel: 'slack',
  correlationId: '0f8fad5b-d9cb-469f-a165-70867728950e',
} as const;

const event: StackEvent = {
  at: '2026-01-01T12:00:00.000Z',
  kind: 'provision.requested',
  ...by,
  message: 'ada asked for demo.',
  before: { phase: 'Ready', generation: 1 },
  after: { phase: 'Updating', generation: 2 },
  changed: ['cluster.maxNodes: 3 → 5'],
};

test('a wide terminal shows who, by which way, in which request, and what changed', () => {
  expect(eventTable([event], look(120))).toEqual([
    'TIME                  EVENT                BY   VIA    REQUEST   WHAT',
    '2026-01-01T12:00:00Z  provision.requested  ada  slack  0f8fad5b  ada asked for demo. (Ready → Updating;',
    '                                                                 cluster.maxNodes: 3 → 5)',
  ]);
});

test('a narrow terminal shows what, which begins with who', () => {
  expect(eventTable([event], look(80))[0]).toBe('TIME                  EVENT                WHAT');
});

test('refusals show who, which stack and why, oldest first', () => {
  const refusal: AccessEvent = {
    at: event.at,
    kind: 'access.refused',
    ...by,
    route: 'destroyStack',
    stack: 'demo',
    code: 'NOT_ALLOWED',
    message: 'demo belongs to lin.',
  };
  const later = { ...refusal, at: '2026-01-02T12:00:00.000Z', actor: 'nobody' };
  expect(accessTable([later, refusal], look(120))).toEqual([
    'TIME                  BY      VIA    REQUEST   STACK  ROUTE         WHY',
    '2026-01-01T12:00:00Z  ada     slack  0f8fad5b  demo   destroyStack  demo belongs to lin.',
    '2026-01-02T12:00:00Z  nobody  slack  0f8fad5b  demo   destroyStack  demo belongs to lin.',
  ]);
});

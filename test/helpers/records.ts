import { operationIdOf } from '../../lib/domain/operation-id.ts';
import type { OperationRecord, StackRecord } from '../../lib/tables/index.ts';
import { planOf, specOf } from './specs.ts';

/** The record of a stack that nothing holds. */
export const stackRecord = (name: string, more: Partial<StackRecord> = {}): StackRecord => ({
  spec: { ...specOf('default'), name },
  suffix: 'x1y2z',
  generation: 1,
  observedGeneration: 1,
  phase: 'Ready',
  conditions: [],
  installed: [],
  versions: {},
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...more,
});

/** The record of an operation that succeeded. */
export const operationRecord = (
  stack: string,
  chosenId: string,
  more: Partial<OperationRecord> = {},
): OperationRecord => ({
  id: operationIdOf(stack, chosenId),
  epoch: 1,
  stack,
  kind: 'provision',
  state: 'Succeeded',
  plan: { ...planOf('default'), stack },
  requestedBy: { actor: 'ada', channel: 'api' },
  requestHash: '',
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:10:00.000Z',
  ...more,
});

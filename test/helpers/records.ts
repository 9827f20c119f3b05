import type { StackRecord } from '../../lib/tables/index.ts';
import { specOf } from './specs.ts';

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

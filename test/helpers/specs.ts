import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import type { Plan } from '../../lib/domain/plan.ts';
import { planProvision } from '../../lib/domain/provision.ts';
import { parseStackFields, type StackSpec } from '../../lib/domain/spec.ts';

/** A complete spec of a stack with the name demo. */
export const specOf = (preset: string, request: object = {}): StackSpec => ({
  ...parseStackFields({ location: 'uksouth', ...request }),
  apiVersion: 'matcha.dev/v1',
  name: 'demo',
  owner: { id: '5f0d3c6e-0000-4000-8000-000000000ada', name: 'ada', type: 'User' },
  members: [],
  ...defaultCatalogue.resolve(preset, undefined),
});

export const planOf = (preset: string, request: object = {}): Plan =>
  planProvision(specOf(preset, request), 1, 'x1y2z', defaultCatalogue.components);

import type { Registry } from '@azure/arm-containerregistry';
import type { MergePatch } from '../../domain/merge-patch.ts';
import type { StepInputs } from '../../domain/plan.ts';
import type { Defaults } from './normal-form.ts';

/** The admin user with a password is off. */
export const desiredRegistry = ({ location, tags }: StepInputs['ensureRegistry']): MergePatch<Registry> => ({
  location,
  tags,
  sku: { name: 'Standard' },
  adminUserEnabled: false,
});

export const REGISTRY_DEFAULTS: Defaults<Registry> = { adminUserEnabled: false };

import type { Identity } from '@azure/arm-msi';
import type { MergePatch } from '../../domain/merge-patch.ts';
import type { StepInputs } from '../../domain/plan.ts';

export const desiredIdentity = ({
  location,
  tags,
}: StepInputs['ensureIdentities']): MergePatch<Identity> => ({
  location,
  tags,
});

import type { ResourceGroup } from '@azure/arm-resources';
import type { MergePatch } from '../../domain/merge-patch.ts';
import type { StepInputs } from '../../domain/plan.ts';
import { KEPT_TAG } from '../destroy/keeping.ts';

export const desiredGroup = ({
  location,
  tags,
}: StepInputs['ensureResourceGroup']): MergePatch<ResourceGroup> => ({
  location,
  tags: { ...tags, [KEPT_TAG]: null },
});

import type { OutputContext, Outputs } from './component.ts';

/** What every stack has, whatever its components. */
export const commonOutputs = ({ spec, names }: OutputContext): Outputs => ({
  cloud: {
    location: spec.location,
    prefix: spec.name,
    'resource-group-name': names.resourceGroup,
  },
  orchestrator: { 'k8s-context': names.cluster },
});

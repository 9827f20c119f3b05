import { DAY } from '../../domain/duration.ts';
import type { Registration } from '../../domain/registration.ts';
import { WORKLOAD_IDENTITY } from '../../manifests/rbac.ts';
import type { RegistrationContext } from '../component.ts';
import { ARTIFACTS, PIPELINES, registeredSecret } from './names.ts';

/**
 * The registrations of ZenML itself: the orchestrators, the artifact store, and the builder of images, which
 * is the laptop of the user.
 */
export function ownRegistrations({ spec, names, podEnvironment }: RegistrationContext): Registration[] {
  const pod = {
    labels: WORKLOAD_IDENTITY,
    // Variables of a pod override those that the client passes on: a client that is logged in through a
    // forwarded port would pass on the address of its laptop.
    env: Object.entries(podEnvironment).map(([name, value]) => ({ name, value })),
  };
  return [
    {
      type: 'orchestrator',
      place: 'cluster',
      flavor: 'kubernetes',
      configuration: {
        // Pods use the account of their pod, and laptops fall back to the context.
        incluster: true,
        kubernetes_context: names.cluster,
        kubernetes_namespace: PIPELINES.namespace,
        // Without it, ZenML would create one with the role `edit`.
        service_account_name: PIPELINES.name,
        // Otherwise the API token is clear text in every pod and job.
        pass_zenml_token_as_secret: true,
        // Only the orchestrator calls Kubernetes.
        orchestrator_pod_settings: {
          ...pod,
          additional_pod_spec_args: { automount_service_account_token: true },
        },
        pod_settings: pod,
      },
      defaults: {
        ttl_seconds_after_finished: DAY,
        // A schedule whose last run still runs starts no second one, and keeps few ended jobs.
        concurrency_policy: 'Forbid',
        successful_jobs_history_limit: 3,
        failed_jobs_history_limit: 3,
        orchestrator_pod_settings: { resources: resources('100m', '512Mi', '1Gi') },
        pod_settings: { resources: resources('100m', '1Gi', '4Gi') },
      },
    },
    { type: 'orchestrator', place: 'local', flavor: 'local', configuration: {} },
    {
      type: 'artifact_store',
      flavor: 'azure',
      configuration: {
        path: `az://${ARTIFACTS}`,
        authentication_secret: registeredSecret(spec.name, 'artifact_store'),
      },
      // With only the name of the account it uses the credentials of the pod or the user.
      secret: { account_name: names.storageAccount },
    },
    { type: 'image_builder', place: 'cluster', flavor: 'local', configuration: {} },
  ];
}

const resources = (cpu: string, memory: string, limit: string) => ({
  requests: { cpu, memory },
  limits: { memory: limit },
});

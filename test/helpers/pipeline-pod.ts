import { expect } from 'vitest';
import type { KubernetesObject } from '../../lib/manifests/object.ts';

/** The parts of a pod, or of the pod template of a job, that a pipeline depends on. */
export interface PipelinePod {
  metadata?: { labels?: Record<string, string> };
  spec: {
    serviceAccountName?: string;
    automountServiceAccountToken?: boolean;
    containers: {
      image: string;
      env?: { name: string; value?: string; valueFrom?: object }[];
      resources?: { limits?: Record<string, string> };
      securityContext?: { privileged?: boolean };
    }[];
  };
}

/** The job of an orchestrator. */
export interface PipelineJob {
  metadata: { namespace?: string };
  spec: { ttlSecondsAfterFinished?: number; template: PipelinePod };
}

export interface Expected {
  image: string;
  /** The objects of the cluster, with the service account of pipelines. */
  objects: readonly KubernetesObject[];
  /** The tools' URLs in the cluster, by the name of the variable. */
  tools: Record<string, string>;
}

const NAMESPACE = 'matcha-pipelines';

/** Holds the job of a pipeline on the cluster against all that its orchestrator needs, and must not have. */
export function expectPipelineJob(job: PipelineJob, expected: Expected): void {
  expect(job.metadata.namespace).toBe(NAMESPACE);
  expect(job.spec.ttlSecondsAfterFinished).toBeGreaterThan(0);
  expectPipelinePod(job.spec.template, 'orchestrator', expected);
}

/**
 * Holds a pod of a pipeline against all that it needs: an identity in Azure, the tools' URLs in the cluster in place of
 * those of a laptop, a limit of its memory, and a token for the API server in the orchestrator alone.
 */
export function expectPipelinePod(
  { metadata, spec }: PipelinePod,
  part: 'orchestrator' | 'step',
  { image, objects, tools }: Expected,
): void {
  const account = objects.find(
    (object) =>
      object.kind === 'ServiceAccount' &&
      object.metadata.namespace === NAMESPACE &&
      object.metadata.name === spec.serviceAccountName,
  );
  expect(account?.metadata.annotations).toHaveProperty(['azure.workload.identity/client-id']);
  expect(metadata?.labels).toMatchObject({ 'azure.workload.identity/use': 'true' });
  expect(mountsToken(spec, account)).toBe(part === 'orchestrator');

  for (const container of spec.containers) {
    expect(container.image).toBe(image);
    expect(container.resources?.limits).toHaveProperty('memory');
    expect(container.securityContext?.privileged).toBe(false);
    expect(valuesOf(container.env)).toMatchObject(tools);
    // A token in clear text could be read by everyone who may read pods.
    expect(
      container.env?.find(({ name, value }) => name === 'ZENML_STORE_API_TOKEN' && value),
    ).toBeUndefined();
  }
}

/** The pod decides, then its service account; by default the token is mounted. */
const mountsToken = (spec: PipelinePod['spec'], account: KubernetesObject | undefined): boolean =>
  spec.automountServiceAccountToken ??
  (account?.['automountServiceAccountToken'] as boolean | undefined) ??
  true;

/** The values that the process gets: of two variables with one name, the last. */
const valuesOf = (env: PipelinePod['spec']['containers'][0]['env'] = []) =>
  Object.fromEntries(env.map(({ name, value }) => [name, value]));

import type { Problem } from '../../lib/domain/problem.ts';
import type { OperationView, StepView } from '../../lib/api/operation.ts';
import type { StackDetail, StackView } from '../../lib/api/stack.ts';
import { openUrl, provisionStack } from '../../lib/domain/remedies.ts';
import { plain, type Look } from '../../cli/render/text.ts';

/** The server's clock when these operations began. */
export const START = Date.parse('2026-11-21T14:00:00Z');

/** A time in ISO 8601, `seconds` after the start. */
export const after = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

export const look = (width = 100): Look => ({ width, paint: plain });

/** A step with the times of its run, in seconds after the start. */
export function step(
  title: string,
  { from, to, after: waitsFor = [], ...rest }: { from?: number; to?: number } & Partial<StepView> = {},
): StepView {
  const state = from === undefined ? 'waiting' : to === undefined ? 'running' : 'done';
  return {
    id: title.toLowerCase(),
    title,
    after: waitsFor.map((id) => id.toLowerCase()),
    usual: 60,
    attempts: 1,
    state,
    ...(from !== undefined && { startedAt: after(from) }),
    ...(to !== undefined && { finishedAt: after(to) }),
    ...rest,
  };
}

export const operation = (steps: StepView[], rest: Partial<OperationView> = {}): OperationView => ({
  id: '8f1c',
  stack: 'demo',
  kind: 'provision',
  state: 'Running',
  requestedBy: { actor: 'ada@example.com', channel: 'api' },
  startedAt: after(0),
  usual: 540,
  steps,
  ...rest,
});

export const stack = (rest: Partial<StackView> = {}): StackView & Pick<StackDetail, 'etag'> => ({
  etag: '"1"',
  name: 'demo',
  phase: 'Ready',
  preset: 'default',
  components: ['zenml', 'mlflow'],
  versions: { zenml: '0.96.4', mlflow: '3.17.0' },
  location: 'uksouth',
  owner: { id: '5f0d3c6e-0000-4000-8000-000000000ada', name: 'ada@example.com', type: 'User' },
  members: [],
  access: 'private',
  generation: 1,
  observedGeneration: 1,
  conditions: [],
  createdAt: after(0),
  updatedAt: after(0),
  ...rest,
});

export const quotaProblem: Problem = {
  code: 'QUOTA_EXCEEDED',
  message: 'not enough vCPU quota in uksouth',
  cause: 'The Dsv5 family has 10 vCPUs, 8 in use; this stack needs 4 more.',
  remedies: [
    provisionStack({ 'cluster.nodeSize': 'Standard_D4as_v5' }, 'Choose Standard_D4as_v5: 20 vCPUs are free.'),
    openUrl('https://portal.azure.com', 'Ask Azure for more quota.'),
  ],
};

// Cards of a provision in a chat, for pictures.
import type { OperationView, StepView } from '../lib/api/operation.ts';
import { operationCard } from '../lib/chat/cards/operation.ts';
import type { Card } from '../lib/chat/card.ts';
import { problem } from '../lib/domain/problem.ts';
import { openUrl, provisionStack } from '../lib/domain/remedies.ts';

const START = Date.parse('2026-11-21T14:00:00Z');
const after = (seconds: number) => new Date(START + seconds * 1000).toISOString();

const step = (title: string, rest: Partial<StepView>): StepView => ({
  ...{ id: title, title, after: [], usual: 60, attempts: 1, state: 'done' },
  ...rest,
});
const done = (count: number) => Array.from({ length: count }, (_, index) => step(`done ${index}`, {}));
const waiting = (count: number) =>
  Array.from({ length: count }, (_, index) => step(`waiting ${index}`, { state: 'waiting' }));

const operation = (stack: string, rest: Partial<OperationView>): OperationView => ({
  id: `${stack}-8f7085e5`,
  ...{ stack, kind: 'provision', state: 'Running', startedAt: after(0), usual: 433, steps: [] },
  requestedBy: { actor: 'Ada Lovelace', channel: 'teams' },
  ...rest,
});

const demo = { name: 'demo', preset: 'llm', location: 'uksouth' };

const running = operation('demo', {
  steps: [
    ...done(6),
    step('AKS cluster', { state: 'running', detail: 'Azure says: Creating' }),
    step('Pipeline image', { state: 'running', detail: 'Azure says: Running' }),
    ...waiting(10),
  ],
});

const noQuota = problem('QUOTA_EXCEEDED', 'not enough vCPU quota for 1 x Standard_D4s_v5 in westus', {
  cause: 'standardDSv5Family has 2 vCPUs, 0 in use; this stack needs 4 more.',
  remedies: [
    provisionStack(
      { 'cluster.nodeSize': 'Standard_D4as_v5' },
      'Choose Standard_D4as_v5: 100 vCPUs are free.',
    ),
    openUrl('https://portal.azure.com', 'Request more quota (Quotas > Compute > westus).'),
  ],
});

const status: Card = {
  title: 'demo, llm, uksouth',
  state: { text: 'Ready', tone: 'good' },
  facts: [
    {
      label: 'Tools',
      text: 'zenml 0.96.4 works, mlflow 3.17.0 works, seldon 1.17.1 works, chroma 1.5.9 works',
    },
    { label: 'Pipelines', text: 'verified at 2026-11-21T14:10Z in 2:17' },
    { label: 'Serving', text: 'verified at 2026-11-21T14:11Z in 1:22' },
    { label: 'Nodes', text: '1-3 x Standard_D4s_v5' },
    { label: 'Access', text: 'private' },
    { label: 'Owner', text: 'Ada Lovelace, since 12 min' },
    { label: 'Cost', text: 'about $7.85 a day' },
  ],
  buttons: [
    { text: 'Verify', command: 'verify demo' },
    { text: 'Hibernate', command: 'hibernate demo' },
    { text: 'Destroy', style: 'danger', command: 'destroy demo' },
  ],
  note: 'Last operation demo-8f7085e5, requested by Ada Lovelace',
};

export const exampleCards: readonly Card[] = [
  operationCard(running, demo, START + 130_000),
  operationCard(operation('demo', { state: 'Succeeded', finishedAt: after(475) }), demo, START),
  status,
  operationCard(
    operation('small', { state: 'Failed', finishedAt: after(9), problem: noQuota }),
    { name: 'small', preset: 'llm', location: 'westus' },
    START,
  ),
];

import { expect, test } from 'vitest';
import type { OperationView, StepView } from '../../lib/api/operation.ts';
import { operationCard } from '../../lib/chat/cards/operation.ts';
import { problemCard } from '../../lib/chat/cards/problem.ts';
import { parseCommand } from '../../lib/chat/parse.ts';
import { requestQuota, waitForCapacity } from '../../lib/domain/problems/azure.ts';
import { problem } from '../../lib/domain/problem.ts';
import { provisionStack } from '../../lib/domain/remedies.ts';

const START = '2026-01-01T00:00:00.000Z';
const after = (seconds: number) => Date.parse(START) + seconds * 1000;

const step = (id: string, state: StepView['state'], more: Partial<StepView> = {}): StepView => ({
  id,
  title: id,
  state,
  attempts: 1,
  after: [],
  usual: 60,
  ...more,
});

const operation = (more: Partial<OperationView> = {}): OperationView => ({
  id: 'demo-1',
  stack: 'demo',
  kind: 'provision',
  state: 'Running',
  requestedBy: { actor: 'ada', channel: 'slack' },
  startedAt: START,
  usual: 540,
  steps: [
    step('group', 'done'),
    step('cluster', 'running', { detail: 'Azure says: Creating' }),
    step('mlflow', 'waiting'),
  ],
  ...more,
});

const STACK = { name: 'demo', preset: 'llm', location: 'uksouth' };
const commands = ({ buttons = [] }: { buttons?: { command?: string }[] }) =>
  buttons.map(({ command }) => command);

test('a running operation shows what runs, and can be canceled by its id', () => {
  const card = operationCard(operation(), STACK, after(252));
  expect(card).toMatchObject({
    title: 'demo, llm, uksouth',
    progress: {
      done: 1,
      of: 3,
      elapsed: 250,
      usual: 540,
      steps: [{ title: 'cluster', state: 'running', detail: 'Azure says: Creating' }],
    },
    note: 'Operation demo-1, requested by ada',
  });
  expect(commands(card)).toEqual(['status demo', 'cancel demo-1']);
});

test('a card does not change within ten seconds', () => {
  const card = (seconds: number) => JSON.stringify(operationCard(operation(), STACK, after(seconds)));
  expect(card(251)).toBe(card(258));
  expect(card(251)).not.toBe(card(261));
});

test('an operation that is ended from outside says by whom, and cannot be canceled again', () => {
  const ending = {
    by: { actor: 'eve', channel: 'api' as const },
    since: START,
    freeAfter: START,
    state: 'Canceled' as const,
    problem: problem('OPERATION_CANCELED', 'It was canceled.'),
  };
  const card = operationCard(operation({ state: 'Ending', ending }), STACK, after(20));
  expect(card.state?.text).toBe('Ending');
  expect(card.text?.join()).toContain('eve ended it');
  expect(commands(card)).toEqual(['status demo']);
});

test('a failed operation has each problem once, with buttons that do what helps', () => {
  const found = problem('QUOTA_EXCEEDED', 'AKS cluster: not enough vCPU quota.', {
    cause: '10 vCPUs, 8 in use.',
    remedies: [
      provisionStack({ 'cluster.nodeSize': 'Standard_D4as_v5' }, 'Choose this size.'),
      waitForCapacity,
      requestQuota('uksouth'),
    ],
  });
  const card = operationCard(
    operation({
      state: 'Failed',
      finishedAt: '2026-01-01T00:04:00.000Z',
      steps: [step('cluster', 'failed', { problem: found })],
      problem: found,
    }),
    STACK,
    after(500),
  );
  expect(card.state).toEqual({ text: 'Failed', tone: 'bad' });
  expect(card.text).toEqual([
    'The provision of demo ended after 4:00.',
    'AKS cluster: not enough vCPU quota.',
    '10 vCPUs, 8 in use.',
    'Choose this size.',
    'Retry for three days, at no cost.',
    'Request more quota (Quotas > Compute > uksouth).',
  ]);
  expect(card.buttons).toEqual([
    {
      text: 'Provision with Standard_D4as_v5',
      command: 'provision demo cluster.nodeSize=Standard_D4as_v5',
    },
    {
      text: 'Provision with wait, P3D',
      command: 'provision demo cluster.onShortage.do=wait cluster.onShortage.upTo=P3D',
    },
    { text: 'Open', url: 'https://portal.azure.com' },
    { text: 'Provision again', command: 'provision demo' },
    { text: 'Details', command: 'status demo' },
  ]);
});

test('every command of a button is one that can be typed', () => {
  const actions = ['destroyStack', 'hibernateStack', 'wakeStack', 'verifyStack', 'upgradeStack', 'getStack', 'getOperation', 'listEvents', 'listStacks', 'cancelOperation', 'planStack', 'provisionStack', 'repeatOperation'] as const; // prettier-ignore
  for (const action of actions) {
    const made = problem('OPERATION_RUNNING', 'x', {
      remedies: [{ action, text: 'Do it.' }],
      operationId: 'demo-1',
    });
    const card = problemCard(made, { stack: 'demo', kind: 'upgrade' });
    const [command = ''] = commands(card);
    expect([action, parseCommand(command, ['llm']).do]).not.toEqual([action, 'unclear']);
    expect(command).not.toBe('');
  }
});

test.each(['getOutputs', 'signIn', 'unlockStack', 'readCatalogue', 'manual', 'buildImage'] as const)(
  'the remedy %s has a text and no button in a chat',
  (action) => {
    const made = problem('UNEXPECTED', 'x', { remedies: [{ action, text: 'Do it.' }] });
    const card = problemCard(made, { stack: 'demo' });
    expect(card.buttons).toBeUndefined();
    expect(card.text).toContain('Do it.');
  },
);

test('a removal of data has no button of its own: it is asked for in a card', () => {
  const made = problem('REMOVAL_NOT_ALLOWED', 'This deletes data.');
  expect(problemCard(made, { stack: 'demo' }).buttons).toBeUndefined();
});

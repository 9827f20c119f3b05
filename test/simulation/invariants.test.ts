import { expect, test } from 'vitest';
import { violationsOf } from './invariants.ts';
import type { Evidence, Moment } from './life.ts';

const AT = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T01:00:00.000Z';
const GROUP = '/subscriptions/s/resourceGroups/ada-resources';
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/adast1`;

const nothing: Moment = { truth: { inventory: [], clusters: {} }, resources: [], restorable: [], stacks: [] };

const operation = {
  id: 'ada-1',
  stack: 'ada',
  kind: 'provision',
  state: 'Succeeded',
  startedAt: AT,
  finishedAt: AT,
};
const event = { at: AT, actor: 'a', message: '', operation: 'ada-1', stack: 'ada' };
const events = [
  { ...event, kind: 'provision.requested' },
  { ...event, kind: 'operation.succeeded' },
];
const records = { stacks: [], operations: [operation], events, text: '' };
const request = {
  action: { stack: 'ada', method: 'PUT', path: '', id: '1' },
  path: '/stacks/ada',
  contentType: 'application/json',
};

const whole = {
  scenario: { seed: 1, callers: [], incidents: [] },
  ...{
    exchanges: [],
    record: [],
    kills: 0,
    crashes: [],
    settled: nothing,
    end: nothing,
    stuck: [],
    receipts: {},
  },
  operations: [{ ...operation, steps: [{ id: 'group', state: 'done' }] }],
  ...{ records, orchestrations: [], azureOperations: [], history: '' },
};

const brokenBy = (changes: object): string[] =>
  violationsOf({ ...whole, ...changes } as unknown as Evidence).map(({ invariant }) => invariant);

const creation = { verb: 'create', resource: ACCOUNT.toLowerCase(), startedAt: 1, status: 'Succeeded' };
const settledWith = (stack: object, ...inventory: string[]) => ({
  settled: { ...nothing, truth: { inventory, clusters: {} }, stacks: [{ name: 'ada', ...stack }] },
});
const orchestration = { id: 'ada-1', createdAt: Date.parse(AT), updatedAt: Date.parse(LATER) };
const write = { kind: 'write', operation: 'ada-1', target: 'azure', method: 'PUT', path: GROUP };
const receipt = { left: [], kept: [], found: [], gone: [ACCOUNT], restorable: [] };

test('a life in which everything holds breaks nothing', () => {
  expect(brokenBy({})).toEqual([]);
});

test.each<[invariant: string, changes: object]>([
  ['an ended operation writes nothing', { record: [{ ...write, at: Date.parse(LATER) }] }],
  [
    'at most the active operation of a stack runs',
    { orchestrations: [{ ...orchestration, isRunning: false }] },
  ],
  ['no operation is stuck', { stuck: ['ada-1'] }],
  [
    'no finished work is lost',
    { operations: [{ ...whole.operations[0], state: 'Failed', problem: { code: 'OPERATION_LOST' } }] },
  ],
  ['every request is answered', { crashes: ['It exited.'] }],
  ['every answer is as documented', { exchanges: [{ ...request, status: 202, body: '{}' }] }],
  ['every stack is what its phase says', settledWith({ phase: 'Destroyed' }, ACCOUNT)],
  ['every stack is what its phase says', settledWith({ phase: 'Failed' })],
  ['every stack is what its phase says', settledWith({ phase: 'Updating' })],
  ['nothing is left behind', { end: { ...nothing, truth: { inventory: [GROUP], clusters: {} } } }],
  ['nothing is created twice', { azureOperations: [creation, { ...creation, startedAt: 2 }] }],
  [
    'an operation has one requested and one ended event',
    { records: { ...records, events: events.slice(0, 1) } },
  ],
  [
    'an ended operation has only ended steps',
    { operations: [{ ...whole.operations[0], steps: [{ id: 'group', state: 'running' }] }] },
  ],
  [
    'no secret is shown or stored',
    { record: [{ kind: 'secret', value: 'correct-horse-battery' }], history: 'correct-horse-battery' },
  ],
])('"%s" can break', (invariant, changes) => {
  expect(brokenBy(changes)).toContain(invariant);
});

test('a receipt is compared with what exists', () => {
  const end = { ...nothing, truth: { inventory: [ACCOUNT], clusters: {} } };
  expect(brokenBy({ end, receipts: { ada: [receipt] } })).toContain('every receipt is true');
});

test('two requests with one operation id are one too many', () => {
  const body = JSON.stringify({ id: 'ada-1' });
  const one = { ...request, status: 202, body };
  const other = { ...one, action: { ...request.action, method: 'DELETE' } };
  expect(brokenBy({ exchanges: [one, one] })).not.toContain('one operation id has one accepted request');
  expect(brokenBy({ exchanges: [one, other] })).toContain('one operation id has one accepted request');
  // A cancellation begins nothing under its id.
  const cancellation = { ...one, action: { ...request.action, method: 'POST', path: '/cancel' } };
  expect(brokenBy({ exchanges: [one, cancellation] })).not.toContain(
    'one operation id has one accepted request',
  );
});

test('a ready stack without its workloads is not ready', () => {
  const cluster = { nodeSize: 'Standard_D4s_v5', minNodes: 1, maxNodes: 3 };
  const spec = { name: 'ada', components: ['mlflow'], cluster, access: { kind: 'private' }, tags: {} };
  const changes = {
    ...settledWith({ phase: 'Ready', components: ['mlflow'] }),
    records: { ...records, stacks: [{ spec }] },
  };
  const found = violationsOf({ ...whole, ...changes } as unknown as Evidence);
  const findings = found.find(
    ({ invariant }) => invariant === 'a ready stack has what its spec says',
  )?.findings;
  expect(findings).toContainEqual(expect.stringMatching(/Deployment mlflow\/mlflow is missing/));
  expect(findings).toContainEqual(expect.stringMatching(/its pools are not those of/));
});

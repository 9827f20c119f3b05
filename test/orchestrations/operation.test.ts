import { expect, test } from 'vitest';
import { done, failed, pending, ready, superseded, type Outcome } from '../../lib/domain/outcome.ts';
import { problem } from '../../lib/domain/problem.ts';
import type { OperationResult, StepRun } from '../../lib/domain/run.ts';
import { runOperation } from '../../orchestrations/operation.ts';
import { driveOrchestrator, type ActivityStub, type DriverResult } from '../helpers/orchestrator-driver.ts';
import { planOf } from '../helpers/specs.ts';

const ACTIVITIES = [
  'preflight',
  'ensureResourceGroup', 'ensureStorage', 'ensureRegistry', 'ensureImage', 'ensureIdentities', 'ensureStorageRoles',
  'ensureCluster', 'ensureClusterAccess', 'ensureTeamAccess', 'installComponent', 'checkComponent', 'registerStack',
]; // prettier-ignore

/** Provisions an llm stack. Every step is done immediately unless `stubs` overrides it. */
const provision = (stubs: () => Record<string, ActivityStub> = () => ({})): DriverResult =>
  driveOrchestrator(runOperation, { id: 'demo-1', stack: 'demo', kind: 'provision', epoch: 1 }, () => ({
    claimOperation: () => ready(planOf('llm').steps),
    ...Object.fromEntries(ACTIVITIES.map((name) => [name, () => done])),
    concludeOperation: () => done,
    ...stubs(),
  }));

const resultsOf = ({ calls }: DriverResult) =>
  Object.fromEntries(
    ((calls.at(-1)?.input as OperationResult).results ?? []).map(({ id, state }) => [id, state]),
  );

const callsOf = ({ calls }: DriverResult, step: string) =>
  calls
    .filter(({ input }) => (input as StepRun).step === step)
    .map(({ at, input }) => ({ at, run: input as StepRun }));

const after =
  (outcome: Outcome, seconds: number): ActivityStub =>
  (_, { now }) =>
    now >= seconds * 1000 ? outcome : pending('on its way', 10);

test('every step is called once and the operation is concluded', () => {
  const run = provision();
  expect(run.calls.map(({ name }) => name).filter((name) => name === 'installComponent')).toHaveLength(4);
  expect(run.calls.at(-1)?.name).toBe('concludeOperation');
  expect(new Set(Object.values(resultsOf(run)))).toEqual(new Set(['done']));
  expect(run.elapsed).toBe(0);
});

test('independent steps run concurrently', () => {
  const run = provision(() => ({ ensureCluster: after(done, 300), ensureStorage: after(done, 20) }));
  const [cluster, storage, registry] = ['cluster', 'storage', 'registry'].map(
    (id) => callsOf(run, id)[0]?.at,
  );
  expect([cluster, storage, registry]).toEqual([0, 0, 0]);
  expect(callsOf(run, 'roles')[0]?.at).toBe(20_000);
  expect(callsOf(run, 'access')[0]?.at).toBe(300_000);
  expect(run.elapsed).toBe(300_000);
});

test('a pending step runs again after its retryAfter, with its resume value', () => {
  const run = provision(() => ({
    ensureCluster: (_, { count }) => (count < 3 ? pending('Creating', 15, `poller ${count}`) : done),
  }));
  expect(callsOf(run, 'cluster').map(({ at, run: { attempt, resume } }) => [at, attempt, resume])).toEqual([
    [0, 1, undefined],
    [15_000, 2, 'poller 1'],
    [30_000, 3, 'poller 2'],
  ]);
});

test('a failed step blocks only its dependents', () => {
  const quota = failed(problem('QUOTA_EXCEEDED', 'AKS cluster: not enough vCPU quota.'));
  const run = provision(() => ({ ensureCluster: () => quota, ensureStorage: after(done, 20) }));
  const results = resultsOf(run);
  expect(results).toMatchObject({
    cluster: 'failed',
    access: 'blocked',
    mlflow: 'blocked',
    'mlflow-canary': 'blocked',
  });
  expect(results).toMatchObject({ storage: 'done', registry: 'done', roles: 'done' });
  expect(callsOf(run, 'cluster')).toHaveLength(1);
});

test('a failed component does not affect the others', () => {
  const run = provision(() => ({
    installComponent: ({ input }: StepRun<'installComponent'>) =>
      input.component === 'chroma'
        ? failed(problem('IMAGE_PULL', 'Chroma: its image cannot be pulled.'))
        : done,
  }));
  expect(resultsOf(run)).toMatchObject({
    chroma: 'failed',
    'chroma-canary': 'blocked',
    'mlflow-canary': 'done',
  });
});

test('an unexpected error is retried with backoff, then fails', () => {
  const bug = failed(problem('UNEXPECTED', 'Storage account: something went wrong inside Matcha.'));
  const run = provision(() => ({ ensureStorage: () => bug }));
  expect(callsOf(run, 'storage').map(({ at }) => at / 1000)).toEqual([0, 2, 6, 14, 30]);
  expect(resultsOf(run)['storage']).toBe('failed');
});

test('an unexpected error is cleared by a successful retry', () => {
  const bug = failed(problem('UNEXPECTED', 'Storage account: something went wrong inside Matcha.'));
  const run = provision(() => ({ ensureStorage: (_, { count }) => (count === 2 ? done : bug) }));
  expect(resultsOf(run)['storage']).toBe('done');
});

test('a step fails after its time limit', () => {
  const run = provision(() => ({ ensureCluster: () => pending('Creating', 30) }));
  const result = (run.calls.at(-1)?.input as OperationResult).results?.find(({ id }) => id === 'cluster');
  expect(result?.problem).toMatchObject({ code: 'STEP_TIMED_OUT', cause: 'Creating' });
  expect(run.elapsed).toBeLessThanOrEqual(40 * 60_000);
});

test('a long operation continues as new without repeating steps', () => {
  const run = provision(() => ({ ensureCluster: after(done, 2000) }));
  expect(run.continued).toBeGreaterThan(0);
  expect(callsOf(run, 'storage')).toHaveLength(1);
  expect(callsOf(run, 'cluster')[0]?.run.startedAt).toBe(callsOf(run, 'cluster').at(-1)?.run.startedAt);
  expect(resultsOf(run)['chroma-canary']).toBe('done');
});

test('an operation that does not hold its stack runs no step', () => {
  const run = provision(() => ({ claimOperation: () => superseded }));
  expect(run.calls.map(({ name }) => name)).toEqual(['claimOperation', 'concludeOperation']);
});

test('a claim waits while the records are unreachable', () => {
  const steps = planOf('llm').steps;
  const run = provision(() => ({
    claimOperation: (_, { count }) => (count < 4 ? pending('The tables do not answer.', 10) : ready(steps)),
  }));
  expect(new Set(Object.values(resultsOf(run)))).toEqual(new Set(['done']));
});

test('an operation that is ended begins no other step and ends from its records', () => {
  const run = provision(() => ({
    ensureCluster: (_, { count }) => (count < 3 ? pending('Creating', 15) : superseded),
    ensureStorage: after(done, 30),
  }));
  const last = run.calls.at(-1);
  expect(last).toMatchObject({
    name: 'concludeOperation',
    at: 30_000,
    input: { id: 'demo-1', stack: 'demo' },
  });
  expect(last?.input).not.toHaveProperty('results');
  expect(callsOf(run, 'roles')).toEqual([]);
});

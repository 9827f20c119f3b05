import { expect, test } from 'vitest';
import { selectOutputs } from '../../lib/components/select-outputs.ts';
import type { Outputs } from '../../lib/components/component.ts';
import { defaultCatalogue } from '../../lib/components/default-catalogue.ts';
import { ProblemError } from '../../lib/domain/problem.ts';
import { outputContext } from './contexts.ts';

const ALL: Outputs = {
  'experiment-tracker': { 'tracking-url': 'http://mlflow:5000' },
  pipeline: { 'server-url': 'http://zenml', 'connection-string': { storage: 'connection-string' } },
};
const spec = (sharedKeyAccess: boolean) => ({ name: 'demo', storage: { sharedKeyAccess } });

function problemOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
  }
  throw new Error('It did not refuse.');
}

test('a selection keeps its nesting, which scripts rely on', () => {
  const on = spec(true);
  expect(selectOutputs(ALL, on)).toEqual(ALL);
  expect(selectOutputs(ALL, on, { resource: 'pipeline' })).toEqual({ pipeline: ALL['pipeline'] });
  expect(selectOutputs(ALL, on, { resource: 'pipeline', property: 'server-url' })).toEqual({
    pipeline: { 'server-url': 'http://zenml' },
  });
});

test('without shared keys, connection strings are left out', () => {
  const off = spec(false);
  expect(selectOutputs(ALL, off)).toEqual({
    'experiment-tracker': { 'tracking-url': 'http://mlflow:5000' },
    pipeline: { 'server-url': 'http://zenml' },
  });
  expect(selectOutputs(ALL, off, { resource: 'pipeline' })).toEqual({
    pipeline: { 'server-url': 'http://zenml' },
  });
});

test('without shared keys, a request for a connection string is told why, and how to turn them on', () => {
  const problem = problemOf(() =>
    selectOutputs(ALL, spec(false), { resource: 'pipeline', property: 'connection-string' }),
  );
  expect(problem).toMatchObject({
    code: 'SHARED_KEYS_OFF',
    message: 'demo has no output pipeline connection-string.',
    cause: expect.stringContaining('shared keys are off') as unknown,
  });
  expect(problem.remedies.map(({ action }) => action)).toEqual(['manual', 'provisionStack']);
});

test('without shared keys, no component has a connection string', () => {
  const { spec: demo, names } = outputContext();
  const all = { ...demo, components: defaultCatalogue.components.map(({ name }) => name) };
  const outputs = defaultCatalogue.outputsOf({ spec: all, names });
  const shown = (sharedKeyAccess: boolean) => JSON.stringify(selectOutputs(outputs, spec(sharedKeyAccess)));
  expect(shown(true).match(/connection-string":/g)).toHaveLength(3);
  expect(shown(false)).not.toContain('connection-string');
});

test.each([
  [{ resource: 'pipelin' }, 'Did you mean pipeline?'],
  [{ resource: 'pipeline', property: 'server-ur' }, 'Did you mean server-url?'],
  [{ resource: 'wombat' }, 'Use one of: experiment-tracker, pipeline.'],
])('the error for %j names what there is', (selection, advice) => {
  const problem = problemOf(() => selectOutputs(ALL, spec(true), selection));
  expect(problem.code).toBe('UNKNOWN_OUTPUT');
  expect(problem.remedies[0]?.text).toBe(advice);
});

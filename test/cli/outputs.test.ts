import { expect, test } from 'vitest';
import { selectOutputs } from '../../cli/commands/get.ts';
import { CliError, EXIT } from '../../cli/exit.ts';
import { outputLines } from '../../cli/render/outputs.ts';
import { look } from './views.ts';

const outputs = {
  'experiment-tracker': { flavor: 'mlflow', 'tracking-url': 'http://mlflow:5000' },
  pipeline: { 'server-url': 'http://zenml' },
};

const adviceOf = (error: CliError) => error.complaint.remedies?.[0]?.text;

/** What is thrown by `action`, which must be a complaint of the command line. */
function complaint(action: () => unknown): CliError {
  try {
    action();
  } catch (error) {
    if (error instanceof CliError) return error;
  }
  throw new Error('It did not complain.');
}

test('a selection keeps its nesting, which scripts rely on', () => {
  expect(selectOutputs(outputs)).toEqual(outputs);
  expect(selectOutputs(outputs, 'pipeline')).toEqual({ pipeline: { 'server-url': 'http://zenml' } });
  expect(selectOutputs(outputs, 'experiment-tracker', 'tracking-url')).toEqual({
    'experiment-tracker': { 'tracking-url': 'http://mlflow:5000' },
  });
});

test('the error for an unknown resource or property names the nearest one', () => {
  const resource = complaint(() => selectOutputs(outputs, 'pipelin'));
  expect(adviceOf(resource)).toBe('Did you mean pipeline?');
  expect(resource.exit).toBe(EXIT.failed);
  const property = complaint(() => selectOutputs(outputs, 'experiment-tracker', 'trackin-url'));
  expect(adviceOf(property)).toBe('Did you mean tracking-url?');
});

test('the error lists all names when none is near', () => {
  expect(adviceOf(complaint(() => selectOutputs(outputs, 'wombat')))).toContain(
    'experiment-tracker, pipeline',
  );
});

test('the text has resources and properties under the names of the command', () => {
  expect(outputLines(outputs, look())).toEqual([
    'experiment-tracker',
    '  - flavor: mlflow',
    '  - tracking-url: http://mlflow:5000',
    '',
    'pipeline',
    '  - server-url: http://zenml',
  ]);
});

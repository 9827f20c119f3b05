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

test('what is selected keeps its nesting, which scripts rely on', () => {
  expect(selectOutputs(outputs)).toEqual(outputs);
  expect(selectOutputs(outputs, 'pipeline')).toEqual({ pipeline: { 'server-url': 'http://zenml' } });
  expect(selectOutputs(outputs, 'experiment-tracker', 'tracking-url')).toEqual({
    'experiment-tracker': { 'tracking-url': 'http://mlflow:5000' },
  });
});

test('an unknown resource or property is answered with the nearest one', () => {
  const resource = complaint(() => selectOutputs(outputs, 'pipelin'));
  expect(adviceOf(resource)).toBe('Did you mean pipeline?');
  expect(resource.exit).toBe(EXIT.failed);
  const property = complaint(() => selectOutputs(outputs, 'experiment-tracker', 'trackin-url'));
  expect(adviceOf(property)).toBe('Did you mean tracking-url?');
});

test('a word that is near to nothing is answered with all there is', () => {
  expect(adviceOf(complaint(() => selectOutputs(outputs, 'wombat')))).toContain(
    'experiment-tracker, pipeline',
  );
});

test('the text spells resources and properties as they are typed', () => {
  expect(outputLines(outputs, look())).toEqual([
    'experiment-tracker',
    '  - flavor: mlflow',
    '  - tracking-url: http://mlflow:5000',
    '',
    'pipeline',
    '  - server-url: http://zenml',
  ]);
});

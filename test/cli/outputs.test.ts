import { expect, test } from 'vitest';
import { outputLines } from '../../cli/render/outputs.ts';
import { look } from './views.ts';

const outputs = {
  'experiment-tracker': { flavor: 'mlflow', 'tracking-url': 'http://mlflow:5000' },
  pipeline: { 'server-url': 'http://zenml' },
};

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

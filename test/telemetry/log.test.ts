import { createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { ApiException } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { errorText, logTo } from '../../lib/telemetry/log.ts';

const request = createPipelineRequest({ url: 'https://management.azure.com', requestId: 'r1' });
const unparsed = () => {
  try {
    return JSON.parse('{"key":s3cr}') as unknown;
  } catch (error) {
    return error;
  }
};

test.each([
  ['Azure', new RestError('body s3cr', { code: 'PARSE_ERROR', statusCode: 200, request }), 'RestError, PARSE_ERROR, HTTP 200, request r1'],
  ['Azure without an answer', new RestError('s3cr', { code: 'ECONNRESET' }), 'RestError, ECONNRESET'],
  ['Kubernetes', new ApiException(500, 's3cr', { message: 's3cr' }, {}), 'Error, HTTP 500'],
  ['a parser', unparsed(), 'SyntaxError'],
  ['Matcha', new Error('no\n  stack'), 'no stack'],
  ['something else', 'password=s3cr', 'password=***'],
])('the text of an error of %s does not quote what was received', (_, error, text) => {
  expect(errorText(error)).toBe(text);
}); // prettier-ignore

test('a line of the log has no secret, and is still JSON', () => {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const message = 'failed with "password": "s3cr" and\nclient-key-data: s3cr';
  logTo({ info: write, warn: write, error: write })('error', {
    event: 'step.retried',
    stack: 'demo',
    message,
  });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      event: 'step.retried',
      stack: 'demo',
      message: 'failed with "password": *** and\nclient-key-data: ***',
    },
  ]);
});

import { expect, test } from 'vitest';
import { inFlags } from '../../cli/invalid-request.ts';
import { askedBy } from '../../cli/request.ts';
import { problem } from '../../lib/domain/problem.ts';

const invalid = (cause: string) => problem('INVALID_REQUEST', 'The request is not valid.', { cause });
const asked = askedBy({ public: ['foo'], minNodes: 5, maxNodes: 2 });

test.each([
  [
    'access.allowFrom.0: must be a network, such as 203.0.113.0/24',
    '--public foo must be a network, such as 203.0.113.0/24.',
  ],
  ['cluster: minNodes must not exceed maxNodes', '--min-nodes must not exceed --max-nodes.'],
  ['cluster.maxNodes: Invalid input', '--max-nodes 2: Invalid input.'],
  ['cluster.nodeSize: must be an Azure VM size', '--node-size must be an Azure VM size.'],
  ['tags: too long', 'tags: too long'],
])('%s becomes %s', (cause, message) => {
  expect(inFlags(invalid(cause), asked)).toEqual({ code: 'INVALID_REQUEST', message });
});

test('several findings are listed', () => {
  expect(inFlags(invalid('cluster.maxNodes: must be less; tags: too long'), asked)).toMatchObject({
    message: 'The request is not valid.',
    findings: [{ message: '--max-nodes 2 must be less.' }, { message: 'tags: too long' }],
  });
});

test('other problems stay as they are', () => {
  const other = problem('SIZE_UNAVAILABLE', 'No.', { cause: 'cluster.nodeSize: no' });
  expect(inFlags(other, asked)).toBe(other);
});

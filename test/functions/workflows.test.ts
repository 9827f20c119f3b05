import { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { expect, test } from 'vitest';
import { workflowsOf } from '../../functions/workflows.ts';
import { serve } from '../helpers/server.ts';

type Answer = [status: number, body: object];

/** The real Durable client with a host that sends the same response to all requests. */
const workflowsAt = (...answer: Answer) => workflowsWith(() => answer);

/** The real Durable client with a host that answers by the method of a request. */
async function workflowsWith(answerTo: (method: string) => Answer) {
  const url = await serve(({ method = '' }, response) => {
    const [status, body] = answerTo(method);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const input = df.input.durableClient();
  const context = new InvocationContext({ functionName: 'test', options: { extraInputs: [input] } });
  const urls = { id: 'INSTANCEID', statusQueryGetUri: `${url}/instances/INSTANCEID` };
  context.extraInputs.set(input, {
    taskHubName: 'test',
    creationUrls: { createNewInstancePostUri: url },
    managementUrls: urls,
    baseUrl: `${url}/`,
    rpcBaseUrl: `${url}/`,
  });
  return workflowsOf(df.getClient(context));
}

const status = { name: 'provision', instanceId: 'demo-1', createdTime: '', lastUpdatedTime: '', input: null, output: null }; // prettier-ignore

test('an unknown instance is absent', async () => {
  const workflows = await workflowsAt(404, {});
  expect(await workflows.stateOf('demo-1')).toBe('absent');
});

test.each([
  ['Running', 'running'],
  ['Pending', 'running'],
  ['Completed', 'ended'],
  ['Terminated', 'ended'],
])('an instance that is %s is %s', async (runtimeStatus, state) => {
  const workflows = await workflowsAt(200, { ...status, runtimeStatus });
  expect(await workflows.stateOf('demo-1')).toBe(state);
});

test('a server error is not interpreted as absent', async () => {
  const workflows = await workflowsAt(500, { Message: 'HTTP 404' });
  await expect(workflows.stateOf('demo-1')).rejects.toThrow('500');
});

test('an instance that another caller starts at the same time counts as started', async () => {
  const answers: Answer[] = [
    [404, {}],
    [200, { ...status, runtimeStatus: 'Running' }],
  ];
  const workflows = await workflowsWith((method) =>
    method === 'POST' ? [409, { Message: 'It exists.' }] : (answers.shift() ?? [500, {}]),
  );
  const run = { id: 'demo-1', stack: 'demo', kind: 'provision', epoch: 1 } as const;
  await expect(workflows.start(run)).resolves.toBeUndefined();
  expect(answers).toEqual([]);
});

test('an instance that could not be started is an error', async () => {
  const workflows = await workflowsWith((method) => (method === 'POST' ? [500, {}] : [404, {}]));
  const run = { id: 'demo-1', stack: 'demo', kind: 'provision', epoch: 1 } as const;
  await expect(workflows.start(run)).rejects.toThrow();
});

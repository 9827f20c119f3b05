import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureLines } from '../../cli/render/problem.ts';
import { plain } from '../../cli/render/text.ts';
import type { OperationView } from '../../lib/api/operation.ts';
import { matcha } from '../helpers/cli.ts';
import { startPlane, type TestPlane } from '../helpers/embedded.ts';
import { aks, arm, PATHS, ERRORS, type AzureFault } from './azure-faults.ts';

let plane: TestPlane;

beforeAll(async () => {
  // A low speed, so that a busy machine does not exceed the simulated time limits.
  plane = await startPlane({ speed: 200 });
});
afterAll(() => plane.close());

function injectAzureFault(stack: string, { on, times = 1, ...fault }: AzureFault): void {
  const path = PATHS[on](stack);
  if ('ends' in fault) plane.azure.injectFault({ resource: path, times, failure: fault.ends });
  else {
    plane.faults.add({ target: 'arm', method: 'PUT', path, times, respond: fault });
  }
}

const REQUEST = { location: 'uksouth', components: ['mlflow', 'registry'] };

let stacks = 0;
const MAX_CONCURRENT = 8;

/** Provisions a separate stack with each fault, concurrently. The results have the order of the faults. */
async function provisionWith(faults: readonly AzureFault[]): Promise<OperationView[]> {
  const results: OperationView[] = [];
  const queue = faults.entries();
  const work = async () => {
    for (const [index, fault] of queue) {
      const stack = `az${String((stacks += 1))}x`;
      injectAzureFault(stack, fault);
      results[index] = await plane.provision(stack, REQUEST);
    }
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT }, work));
  return results;
}

test('an error of Azure becomes a problem with a code, a cause and a remedy', async () => {
  const entries = Object.entries(ERRORS);
  const operations = await provisionWith(entries.map(([, [fault]]) => fault));
  for (const [index, operation] of operations.entries()) {
    const [name, [, [code, cause, remedy]]] = entries[index]!;
    expect(operation.state, name).toBe('Failed');
    expect(operation.problem, name).toMatchObject({
      code,
      cause: expect.stringMatching(cause) as unknown,
      operationId: operation.id,
    });
    const shown = failureLines(operation, { width: 1000, paint: plain }).join('\n');
    expect(shown, name).toMatch(new RegExp(`^✖ .+ ${code}$`, 'm'));
    expect(shown, name).toMatch(new RegExp(`What +.*${cause.source}`));
    expect(shown, name).toMatch(new RegExp(`Do +(.|\\n)*${remedy.source}`));
  }
});

const TRANSIENT_ERRORS: Record<string, AzureFault> = {
  'a cluster that is busy': {
    on: 'cluster',
    times: 2,
    status: 409,
    body: aks('OperationNotAllowed', 'Operation is not allowed: Another operation (Updating) is in progress, please wait for it to finish before starting a new operation.'),
  },
  'an operation that another preempted': {
    on: 'cluster',
    ends: { code: 'OperationPreempted', message: 'The operation was preempted by a more recent operation.' },
  },
  'a role that has not propagated': {
    on: 'group',
    times: 2,
    status: 403,
    body: arm('AuthorizationFailed', "The client 'c' with object id '1234' does not have authorization to perform action 'x/write' over scope '/y'."),
  },
  'an identity that is not replicated yet': {
    on: 'role',
    times: 3,
    status: 400,
    body: arm('PrincipalNotFound', 'Principal 1234 does not exist in the directory 5678.'),
  },
  'a role that is assigned already': {
    on: 'pullRole',
    status: 409,
    body: arm('RoleAssignmentExists', 'The role assignment already exists.'),
  },
  'a group that is not replicated yet': {
    on: 'registry',
    status: 404,
    body: arm('ResourceGroupNotFound', "Resource group 'x' could not be found."),
  },
  'a group in deletion': {
    on: 'group',
    times: 2,
    status: 409,
    body: arm('ResourceGroupBeingDeleted', 'The resource group is in deprovisioning state.'),
  },
  'too many requests': {
    on: 'storage',
    times: 2,
    status: 429,
    headers: { 'retry-after': '5' },
    body: arm('TooManyRequests', 'The request is being throttled.'),
  },
  'throttling with another status': {
    on: 'cluster',
    times: 2,
    status: 400,
    body: arm('SubscriptionRequestsThrottled', 'Number of requests exceeded the limit. Please try again after 6 seconds.'),
  },
  'an internal error of Azure': {
    on: 'registry',
    times: 2,
    status: 500,
    body: arm('InternalServerError', 'An unexpected error has occurred.'),
  },
  'an empty response of a gateway': { on: 'identity', times: 2, status: 503, body: {} },
  'two concurrent writes of credentials': {
    on: 'federation',
    times: 2,
    status: 409,
    body: arm('ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity', 'Too many are written concurrently.'),
  },
  'a storage account that is busy': {
    on: 'storage',
    times: 2,
    status: 409,
    body: arm('StorageAccountOperationInProgress', 'An operation is currently performing on this storage account.'),
  },
}; // prettier-ignore

test('transient errors are retried', async () => {
  const entries = Object.entries(TRANSIENT_ERRORS);
  const operations = await provisionWith(entries.map(([, fault]) => fault));
  for (const [index, operation] of operations.entries()) {
    const [name] = entries[index]!;
    expect(operation.problem, name).toBeUndefined();
    expect(operation.state, name).toBe('Succeeded');
  }
});

test('the command prints the code and the remedy', async () => {
  const names = [
    'policy with a name in the message',
    'lock on the group',
    'service not registered',
    'subscription disabled',
    'size without capacity',
  ];
  await Promise.all(
    names.map(async (name, index) => {
      const [fault, [code, , remedy]] = ERRORS[name]!;
      const stack = `cli${String(index)}`;
      injectAzureFault(stack, fault);
      const run = await matcha(plane.url)(
        ...['provision', stack, '--location', 'uksouth', '--components', 'mlflow,registry', '--yes'],
      );
      expect(run.code, name).toBe(1);
      const text = run.stderr.replaceAll(/\s+/g, ' ');
      expect(text).toContain(code);
      expect(text).toMatch(remedy);
    }),
  );
});
